import { AppError } from "../base/app_error.ts";
import type { Clock } from "../base/clock.ts";
import { writeFileAtomic } from "../platform/atomic_write.ts";
import { type ExecutableSwap, openExecutableSwap } from "../platform/executable_swap.ts";
import { gunzip } from "../platform/gunzip.ts";
import { openScratchDir } from "../platform/scratch_dir.ts";
import { fileInTar } from "./file_in_tar.ts";
import type { Archive } from "./find_archive.ts";
import { bringBack, type HandedOver, handOver, type RunningDaemon } from "./hand_over.ts";
import { downloadArchive, type ReleasesPlace } from "./releases_place.ts";
import { tryBuild } from "./try_build.ts";
import { checkProvenance, checkSum, type Verification } from "./verify.ts";

/** What is replaced by what. */
export interface ReplaceOptions {
  readonly place: ReleasesPlace;
  readonly archive: Archive;
  /** This executable. */
  readonly path: string;
  readonly clock: Clock;
  /** The daemons of this user that run. */
  findRunning(): Promise<readonly RunningDaemon[]>;
}

/** What was done. */
export interface UpgradeResult {
  readonly verified: Verification;
  readonly daemons: readonly HandedOver[];
}

/**
 * Downloads a release, checks it, tries it, puts it in the place of this executable and lets it take over the daemons.
 * Whatever fails, the old one is in its place afterwards, and its daemons are there.
 * @throws AppError `upgrade.*`, `permission.not_writable`
 */
export async function replaceSelf(options: ReplaceOptions): Promise<UpgradeResult> {
  const { place, archive, path, clock } = options;
  using swap = openExecutableSwap(path);
  const packed = await downloadArchive(place, archive);
  await checkSum(packed, archive);
  const verified = await askForProvenance(packed, archive);
  swap.write(await unpack(packed, archive));
  await tryBuild({ executable: swap.fresh, version: archive.version, clock });
  return { verified, daemons: await takePlace(swap, options) };
}

async function takePlace(
  swap: ExecutableSwap,
  { path, findRunning }: ReplaceOptions,
): Promise<HandedOver[]> {
  const daemons = await findRunning();
  swap.putInPlace();
  try {
    return await handOver(path, daemons);
  } catch (error) {
    swap.undo();
    await bringBack(path, daemons);
    throw error;
  }
}

/** `gh` reads a file. */
async function askForProvenance(
  packed: Uint8Array<ArrayBuffer>,
  archive: Archive,
): Promise<Verification> {
  using dir = openScratchDir();
  const path = `${dir.path}/${archive.name}`;
  writeFileAtomic(path, packed);
  return await checkProvenance(path, archive);
}

async function unpack(
  packed: Uint8Array<ArrayBuffer>,
  { name }: Archive,
): Promise<Uint8Array<ArrayBuffer>> {
  const dir = name.replace(/\.tar\.gz$/, "");
  const binary = await gunzip(packed).then((tar) => fileInTar(tar, `${dir}/imp`), () => undefined);
  if (binary !== undefined) return binary;
  throw new AppError("upgrade.no_build", `There is no ${dir}/imp in ${name}`, {
    hint: "Nothing was changed; tell the maintainers",
  });
}
