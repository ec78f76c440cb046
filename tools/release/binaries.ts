import { join } from "@std/path";
import { toBuildStamp } from "../../src/base/version.ts";
import { BuildError, ROOT } from "../bundle.ts";
import type { Target } from "./targets.ts";

/** What to build. */
export interface BinariesOptions {
  readonly targets: readonly Target[];
  readonly out: string;
  /** `OWNER/NAME`, where `imp upgrade` will look. */
  readonly repository: string | undefined;
}

/** Builds `imp-<triple>` for each target into `out`, all with one stamp: of two, the newer would take over. */
export async function buildBinaries({ targets, out, repository }: BinariesOptions): Promise<void> {
  const stamp = toBuildStamp(Date.now());
  for (const target of targets) {
    const { code } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--quiet", "--allow-all", join(ROOT, "tools/build.ts")],
        ...[`--target=${target.triple}`, `--stamp=${stamp}`, `--out=${binaryPath(out, target)}`],
        ...repository === undefined ? [] : [`--repository=${repository}`],
      ],
    }).output();
    if (code !== 0) throw new BuildError(`Cannot build for ${target.triple}`, code);
  }
}

/** Where the binary for `target` is. */
export function binaryPath(dir: string, { triple }: Target): string {
  return join(dir, `imp-${triple}`);
}
