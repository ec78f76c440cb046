import { sha256Of } from "../base/sha256_of.ts";
import type { PlannedJob } from "./project_plan.ts";

/** Whether a job is declared otherwise than before, and where: a digest for each key that is set. */
interface JobDigests {
  /** Of what a process has from its start: command, directory, environment, ports, stdin and terminal. */
  readonly restart: Readonly<Record<string, string>>;
  /** Of everything else, which holds at once. */
  readonly live: Readonly<Record<string, string>>;
}

/** What a process has from its start; everything else can be changed while it runs. */
const FROM_START = ["command", "workdir", "env", "ports", "stdin", "tty"] as const;

/**
 * The digests of a job, over what is declared alone: what is inherited differs from one terminal to the next, and a file
 * of variables counts by what is in it.
 */
export async function digestJob(
  { name: _, env_files: __, ...job }: PlannedJob,
): Promise<JobDigests> {
  const isFromStart = ([key]: [string, unknown]) => FROM_START.some((each) => each === key);
  const entries = Object.entries(job).filter(([, value]) => value !== undefined);
  const [restart, live] = await Promise.all([
    digestEach(entries.filter(isFromStart)),
    digestEach(entries.filter((entry) => !isFromStart(entry))),
  ]);
  return { restart, live };
}

const LONGEST_TEXT = 64;
const NOTHING = "[]";

/** What keys of a plan are called in a file, where that is not the same. */
const KEYS: Readonly<Record<string, string>> = {
  workdir: "cwd",
  memory_limit_bytes: "memory_limit",
};

async function digestEach(entries: [string, unknown][]): Promise<Record<string, string>> {
  const digests = entries.map(async ([key, value]) =>
    [KEYS[key] ?? key, await digest(key, JSON.stringify(inOrder(value)))] as const
  );
  return Object.fromEntries(await Promise.all(digests));
}

/** What is short stands for itself, but for what may be a secret. */
async function digest(key: string, text: string): Promise<string> {
  const isShown = text.length <= LONGEST_TEXT && /^[\x20-\x7e]*$/.test(text);
  return isShown && (key !== "env" || text === NOTHING) ? text : await sha256Of(text);
}

/** The same with the keys of every table in order, and without those that are not set. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .sort(([a], [b]) => a < b ? -1 : 1)
    .map(([key, each]) => [key, inOrder(each)]);
}
