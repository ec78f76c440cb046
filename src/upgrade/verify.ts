import { AppError } from "../base/app_error.ts";
import { REPOSITORY } from "../base/releases.ts";
import { sha256Of } from "../base/sha256_of.ts";
import { runCommand } from "../platform/run_command.ts";
import type { Archive } from "./find_archive.ts";

/** By what an archive was found to be the right one. */
export type Verification = "sum" | "provenance";

/**
 * Checks the sum: it shows what was cut off or changed on the way, not a release that others have taken over, because
 * both come from one place.
 * @throws AppError `upgrade.not_verified`
 */
export async function checkSum(bytes: Uint8Array<ArrayBuffer>, archive: Archive): Promise<void> {
  if (await sha256Of(bytes) === archive.sum) return;
  throw new AppError(
    "upgrade.not_verified",
    `${archive.name} is not what SHA256SUMS says: cut off, or changed on the way`,
    { hint: "Nothing was changed; try again, and tell the maintainers if it stays so" },
  );
}

/**
 * Asks GitHub's `gh`, where it is there and logged in, whether the archive at `path` was built by the workflow of the
 * repository that this imp comes from.
 * @throws AppError `upgrade.not_verified` when it was not
 */
export async function checkProvenance(path: string, { name }: Archive): Promise<Verification> {
  if (REPOSITORY === "") return "sum";
  if ((await runCommand(["gh", "auth", "status"])).code !== 0) return "sum";
  const result = await runCommand(["gh", "attestation", "verify", path, "--repo", REPOSITORY]);
  if (result.code === 0) return "provenance";
  const why = result.stderr.trim().split("\n").at(-1);
  throw new AppError(
    "upgrade.not_verified",
    `${name} was not built by the workflow of ${REPOSITORY}: ${why}`,
    { hint: "Nothing was changed; tell the maintainers" },
  );
}
