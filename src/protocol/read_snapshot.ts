import { isObject } from "./envelope.ts";
import type { StatusSnapshot } from "./snapshot.ts";

/** The schema version of {@linkcode StatusSnapshot}; changes within it are additive only. */
export const SNAPSHOT_SCHEMA_VERSION = 1;

/**
 * The snapshot that a daemon of this or another version told, with whatever else it told; undefined for what is none.
 * Of a version that we do not know it may have other fields than its type says.
 */
export function readSnapshot(value: unknown): StatusSnapshot | undefined {
  if (!isObject(value) || value.type !== "status.snapshot") return undefined;
  const { schema_version, generated_at, daemon, counts, jobs } = value;
  if (!Number.isSafeInteger(schema_version)) return undefined;
  if (isNewerSnapshot(value as { schema_version: number })) return value as StatusSnapshot;
  const isWhole = typeof generated_at === "string" && isObject(daemon) && isObject(counts) &&
    Array.isArray(jobs) && jobs.every(isJob);
  return isWhole ? value as StatusSnapshot : undefined;
}

/** True when what it says may not be what we take it for. */
export function isNewerSnapshot({ schema_version }: Pick<StatusSnapshot, "schema_version">) {
  return schema_version > SNAPSHOT_SCHEMA_VERSION;
}

function isJob(value: unknown): boolean {
  return isObject(value) && typeof value.id === "string" && typeof value.status === "string" &&
    Array.isArray(value.command);
}
