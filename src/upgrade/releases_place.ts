import { AppError } from "../base/app_error.ts";
import { REPOSITORY } from "../base/releases.ts";
import { download } from "../platform/download.ts";
import { type Archive, findArchive } from "./find_archive.ts";

/** Where releases are, as GitHub lays them out. */
export interface ReleasesPlace {
  /** What follows is `/latest/download/NAME` or `/download/vVERSION/NAME`. */
  readonly url: string;
  readonly triple: string;
  readonly signal: AbortSignal;
}

/**
 * Where to look: IMP_RELEASES, else the repository that this imp comes from.
 * @throws AppError `upgrade.no_place` when it comes from none
 */
export function placeOfReleases(env: (name: string) => string | undefined): string {
  const given = env("IMP_RELEASES") || (REPOSITORY && `https://github.com/${REPOSITORY}/releases`);
  if (given) return given.replace(/\/+$/, "");
  throw new AppError("upgrade.no_place", "This imp was built by hand: it knows no releases", {
    hint: "IMP_RELEASES names a place that has some, such as https://github.com/OWNER/imp/releases",
  });
}

/**
 * The newest release, or the one that is asked for.
 * @throws AppError `upgrade.download_failed`; `upgrade.no_build` when it has nothing for this system
 */
export async function findRelease(
  { url, triple, signal }: ReleasesPlace,
  wanted: string | undefined,
): Promise<Archive> {
  const dir = wanted === undefined ? "latest/download" : `download/v${wanted}`;
  const sums = await download(`${url}/${dir}/SHA256SUMS`, signal);
  const found = findArchive(new TextDecoder().decode(sums), triple);
  if (found !== undefined && (wanted ?? found.version) === found.version) return found;
  const what = wanted === undefined ? "The newest release" : `Release ${wanted}`;
  throw new AppError("upgrade.no_build", `${what} at ${url} has nothing for ${triple}`, {
    hint: "Is it a release of imp?",
  });
}

/** The archive as it came. @throws AppError `upgrade.download_failed` */
export async function downloadArchive(
  { url, signal }: ReleasesPlace,
  { version, name }: Archive,
): Promise<Uint8Array<ArrayBuffer>> {
  return await download(`${url}/download/v${version}/${name}`, signal);
}
