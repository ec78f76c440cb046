import { AppError } from "./app_error.ts";

/** Letters and digits that cannot be mistaken for each other when read aloud or copied by hand. */
const ID_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz";
const SHORTEST_ID = 3;
const TRIES_PER_LENGTH = 8;

/** A job id such as `V3x`, not among those `isTaken`; grows by a character when the short ones get crowded. */
export function createJobId(isTaken: (id: string) => boolean): string {
  for (let length = SHORTEST_ID;; length++) {
    for (let attempt = 0; attempt < TRIES_PER_LENGTH; attempt++) {
      const bytes = crypto.getRandomValues(new Uint8Array(length));
      const id = Array.from(bytes, (byte) => ID_ALPHABET[byte % ID_ALPHABET.length]).join("");
      if (!isTaken(id)) return id;
    }
  }
}

/** True for what can be the id of a job, and the beginning of a run's. */
export function isJobId(text: string): boolean {
  return /^[2-9A-Za-z]{3,16}$/.test(text);
}

/** The id of one execution of a job: `V3x-2` is the second run of job `V3x`. */
export function toRunId(jobId: string, run: number): string {
  return `${jobId}-${run}`;
}

/** The job and the number in a run id, or undefined for anything else. */
export function parseRunId(runId: string): { jobId: string; run: number } | undefined {
  const match = /^([2-9A-Za-z]{3,16})-([1-9]\d{0,9})$/.exec(runId);
  return match ? { jobId: match[1]!, run: Number(match[2]) } : undefined;
}

const DAEMON_ID = /^[a-z0-9][a-z0-9._-]{0,47}$/;

/**
 * Returns `text` if it may be a daemon id.
 * @throws AppError `usage.bad_daemon_id`: a path cannot be smuggled in
 */
export function parseDaemonId(text: string): string {
  if (DAEMON_ID.test(text)) return text;
  throw new AppError("usage.bad_daemon_id", `Not a daemon id: ${JSON.stringify(text)}`, {
    hint: "Use 1 to 48 of a-z, 0-9, dot, dash and underscore, beginning with a letter or digit",
  });
}

/** A directory's base name as the readable half of a daemon id. */
export function toSlug(name: string): string {
  const slug = name.toLowerCase().replace(/[^a-z0-9._-]+/g, "-").replace(/^[^a-z0-9]+/, "");
  return slug.slice(0, 39).replace(/[-.]+$/, "") || "project";
}

const JOB_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.:@+-]{0,63}$/;

/** True when a job may be called so. */
export function isJobName(name: string): boolean {
  return JOB_NAME.test(name) && !name.includes("..");
}

/**
 * Returns `name` if a job may be called so.
 * @throws AppError `job.invalid_name`
 */
export function parseJobName(name: string): string {
  if (isJobName(name)) return name;
  throw new AppError("job.invalid_name", `Not a job name: ${JSON.stringify(name)}`, {
    hint: "Use 1 to 64 letters, digits, and _ . : @ + - beginning with a letter, digit or _",
  });
}
