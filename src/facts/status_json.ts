import { writeFileAtomic } from "../platform/atomic_write.ts";
import type { ImpPaths } from "../platform/paths.ts";
import { readTextFile } from "../platform/read_text_file.ts";
import { readSnapshot } from "../protocol/read_snapshot.ts";
import type { StatusSnapshot } from "../protocol/snapshot.ts";
import { formatFact } from "./fact.ts";

/** Replaces `status.json`, the snapshot for when the status socket cannot be had. */
export function writeStatusJson(paths: Pick<ImpPaths, "statusJson">, snapshot: StatusSnapshot) {
  const source: StatusSnapshot["source"] = "file";
  writeFileAtomic(paths.statusJson, formatFact({ ...snapshot, source }));
}

/**
 * The last snapshot that was written; undefined when there is none that can be read.
 * @throws AppError `version.newer_status`
 */
export function readStatusJson(paths: Pick<ImpPaths, "statusJson">): StatusSnapshot | undefined {
  let value: unknown;
  try {
    value = JSON.parse(readTextFile(paths.statusJson) ?? "");
  } catch {
    return undefined;
  }
  return readSnapshot(value);
}
