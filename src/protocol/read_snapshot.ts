import { AppError } from "../base/app_error.ts";
import { isObject } from "./envelope.ts";
import type { StatusSnapshot } from "./snapshot.ts";

/** The schema version of {@linkcode StatusSnapshot}; changes within it are additive only. */
export const SNAPSHOT_SCHEMA_VERSION = 1;

/**
 * The snapshot that a daemon of this or another version told, with whatever else it told; undefined for what is none.
 * @throws AppError `version.newer_status` when it is of a newer schema, and not what we take a snapshot for
 */
export function readSnapshot(value: unknown): StatusSnapshot | undefined {
  if (!isObject(value) || value.type !== "status.snapshot") return undefined;
  const { schema_version: version, generated_at, daemon, counts, jobs } = value;
  const isWhole = typeof version === "number" && typeof generated_at === "string" &&
    isObject(daemon) && isObject(counts) && Array.isArray(jobs) && jobs.every(isJob);
  if (isWhole) return value as unknown as StatusSnapshot;
  if (typeof version === "number" && version > SNAPSHOT_SCHEMA_VERSION) throw newerStatus(version);
  return undefined;
}

/** What is to be said of a snapshot that may mean something else than we take it for. */
export function noteOnSchema({ schema_version: version }: StatusSnapshot): string | undefined {
  if (version <= SNAPSHOT_SCHEMA_VERSION) return undefined;
  return `The status is of schema ${version}, and this imp knows ${SNAPSHOT_SCHEMA_VERSION}: ` +
    "some of it may be shown wrong";
}

function newerStatus(version: number): AppError {
  return new AppError(
    "version.newer_status",
    `Cannot read the status: it is of schema ${version}, and this imp knows ` +
      `${SNAPSHOT_SCHEMA_VERSION}`,
    { hint: "Use the imp that the daemon is of" },
  );
}

function isJob(value: unknown): boolean {
  return isObject(value) && typeof value.id === "string" && typeof value.status === "string" &&
    Array.isArray(value.command);
}
