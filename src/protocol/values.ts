/**
 * Single values and what they mean: each schema here looks at the shape of a value and at its sense, and names what it
 * must be. Requests are made of them, and so is whatever else must not believe what it is given, such as a record of
 * the store.
 */
import * as z from "zod/mini";
import { LONGEST_DURATION_MS } from "../base/duration.ts";
import { isJobName, parseRunId } from "../base/ids.ts";
import { readSignal } from "../base/signals.ts";
import { type LimitName, LIMITS } from "../base/surroundings.ts";
import { MOST_RESTARTS, RESTART_MODES } from "./restart_policy.ts";

/** What a value is called on the page of the protocol, and what it must be. */
export interface Meaning {
  readonly name: string;
  readonly must: string;
}

/** The meaning of each schema of this file. */
export const MEANINGS = z.registry<Meaning>();

/** Linux takes no longer path (PATH_MAX without its NUL). */
const LONGEST_PATH_BYTES = 4_095;
const LONGEST_DESCRIPTION_BYTES = 4_096;
const LONGEST_REFERENCE = 256;
const LONGEST_LABEL = 256;
const LONGEST_CPUS = 4_096;
/** A list of jobs that is longer names some twice. */
const MOST_JOBS = 100_000;

function text(meaning: Meaning, fits: (text: string) => boolean) {
  const error = `must be ${meaning.must}`;
  return z.string(error).check(z.refine(fits, error)).register(MEANINGS, meaning);
}

function wholeNumber(meaning: Meaning, { least, most }: { least: number; most: number }) {
  const error = `must be ${meaning.must}`;
  return z.int(error).check(z.gte(least, error), z.lte(most, error)).register(MEANINGS, meaning);
}

const encoder = new TextEncoder();

function isWithin(text: string, mostBytes: number): boolean {
  return text.length <= mostBytes &&
    (text.length * 3 <= mostBytes || encoder.encode(text).length <= mostBytes);
}

/** What the system can take: its texts end at a NUL, and half a character is none. */
function isPassable(text: string): boolean {
  return !text.includes("\0") && text.isWellFormed();
}

// deno-lint-ignore no-control-regex
const CONTROL = /[\0-\x1f\x7f-\x9f]/;
// deno-lint-ignore no-control-regex
const CONTROL_IN_PROSE = /[\0-\x08\x0b-\x1f\x7f-\x9f]/;

/** A word of a command line. */
export const Word = text({ name: "word", must: "text without NUL" }, isPassable);

/** argv, the program first. */
export const CommandLine = z.array(Word, "must be a list of words").check(
  z.refine((words) => words.length > 0, "must have a word at least"),
  z.refine((words) => words[0] !== "", "must begin with a program"),
).register(MEANINGS, { name: "command", must: "a list of words, the program first" });

/** Where something is, whoever asks. */
export const AbsolutePath = text(
  {
    name: "path",
    must: `an absolute path without NUL, of ${LONGEST_PATH_BYTES} bytes at most`,
  },
  (path) => path.startsWith("/") && isPassable(path) && isWithin(path, LONGEST_PATH_BYTES),
);

const VariableName = text(
  { name: "variable name", must: 'text with neither "=" nor NUL, and not empty' },
  (name) => name !== "" && !name.includes("=") && isPassable(name),
);

/** Environment variables without their values. */
export const VariableNames = z.array(VariableName, "must be a list of names of variables").register(
  MEANINGS,
  { name: "variable names", must: 'a list of names, not empty and with neither "=" nor NUL' },
);

/** Environment variables by name. */
export const Environment = z.record(VariableName, Word, "must be an object of texts").register(
  MEANINGS,
  {
    name: "environment",
    must: 'an object of texts without NUL; its names are not empty and have neither "=" nor NUL',
  },
);

/** Permissions that are taken away from new files. */
export const Umask = wholeNumber(
  { name: "umask", must: "a whole number from 0 to 511 (0777)" },
  { least: 0, most: 0o777 },
);

const LimitValue = z.nullable(wholeNumber(
  { name: "limit", must: "a whole number from 0, or null for none" },
  { least: 0, most: Number.MAX_SAFE_INTEGER },
));

/** What the system lends a process beside its environment; see `base/surroundings.ts`. */
export const Surroundings = z.object({
  nice: z.optional(wholeNumber(
    { name: "niceness", must: "a whole number from -20 to 19" },
    { least: -20, most: 19 },
  )),
  cpus: z.optional(text(
    { name: "processors", must: "numbers of processors such as 0-3,8" },
    (list) =>
      list.length <= LONGEST_CPUS && /^\d{1,5}(-\d{1,5})?(,\d{1,5}(-\d{1,5})?)*$/.test(list),
  )),
  oom_score_adj: z.optional(wholeNumber(
    { name: "oom_score_adj", must: "a whole number from -1000 to 1000" },
    { least: -1_000, most: 1_000 },
  )),
  limits: z.optional(z.partialRecord(
    z.enum(Object.keys(LIMITS) as LimitName[], "must be the name of a limit, such as nofile"),
    z.tuple(
      [LimitValue, LimitValue],
      "must be two limits: what holds, and what it can be raised to",
    ),
  )),
}).register(MEANINGS, {
  name: "surroundings",
  must:
    '{"nice", "cpus", "oom_score_adj", "limits": {"nofile": [soft, hard], …}}, each of them optional',
});

/** Where the caller stands in the system, by ids that are good for comparing. */
export const Standing = z.object({
  namespaces: z.optional(z.record(z.string(), z.string())),
  cgroup: z.optional(z.string()),
  root: z.optional(z.string()),
}).register(MEANINGS, {
  name: "standing",
  must: '{"namespaces": {"net": id, …}, "cgroup", "root"}, each of them optional',
});

/** What a job is called. */
export const JobName = text(
  {
    name: "job name",
    must:
      "1 to 64 letters, digits, and _ . : @ + - beginning with a letter, digit or _, without ..",
  },
  isJobName,
);

/** What a job is for. */
export const Description = text(
  {
    name: "description",
    must: `text of ${LONGEST_DESCRIPTION_BYTES} bytes at most, without control characters but ` +
      "tab and line feed",
  },
  (prose) =>
    !CONTROL_IN_PROSE.test(prose) && prose.isWellFormed() &&
    isWithin(prose, LONGEST_DESCRIPTION_BYTES),
);

/** When a job that ended is started again; `max` counts restarts in a row. */
export const RestartPolicy = z.object({
  mode: z.enum(RESTART_MODES),
  max: z.optional(wholeNumber(
    { name: "restarts", must: `a whole number from 1 to ${MOST_RESTARTS}` },
    { least: 1, most: MOST_RESTARTS },
  )),
}).check(
  z.refine(({ mode, max }) => max === undefined || mode === "on-failure", {
    error: 'must be there with the mode "on-failure" only',
    path: ["max"],
  }),
).register(MEANINGS, {
  name: "restart policy",
  must: `{"mode": ${RESTART_MODES.map((mode) => `"${mode}"`).join(" or ")}}, with "on-failure" ` +
    `also "max", a whole number from 1 to ${MOST_RESTARTS}: so many restarts in a row`,
});
export type RestartPolicy = z.infer<typeof RestartPolicy>;

/** A signal as people write it; whether this system has it is for the system to say. */
export const SignalWord = text(
  { name: "signal", must: 'a signal: a name such as "TERM" or "SIGTERM", or its number as text' },
  (word) => readSignal(word, "linux") !== undefined || readSignal(word, "darwin") !== undefined,
);

/** How long something may take. */
export const Milliseconds = wholeNumber(
  {
    name: "milliseconds",
    must: `a whole number of milliseconds from 0 to ${LONGEST_DURATION_MS} (36,500 days)`,
  },
  { least: 0, most: LONGEST_DURATION_MS },
);

/** A number that only rises: an offset, a sequence number. */
export const Position = wholeNumber(
  { name: "position", must: `a whole number from 0 to ${Number.MAX_SAFE_INTEGER}` },
  { least: 0, most: Number.MAX_SAFE_INTEGER },
);

/** What a user calls a job. */
export const JobReference = text(
  {
    name: "job reference",
    must: "the id of a job, the beginning of one, or a name: text of " +
      `${LONGEST_REFERENCE} characters at most, without control characters`,
  },
  (word) => word.length <= LONGEST_REFERENCE && !CONTROL.test(word) && word.isWellFormed(),
);

/** Several of them. */
export const JobReferences = z.array(JobReference, "must be a list of jobs").check(
  z.refine((jobs) => jobs.length <= MOST_JOBS, `must be a list of ${MOST_JOBS} jobs at most`),
).register(MEANINGS, { name: "job references", must: `a list of jobs, ${MOST_JOBS} at most` });

/** One execution of a job. */
export const RunId = text(
  { name: "run id", must: "the id of a run, such as V3x-2" },
  (word) => parseRunId(word) !== undefined,
);

/** Text for `sh`. */
export const Script = text({ name: "script", must: "text without NUL" }, isPassable);

/** Any bytes. */
export const Base64 = text(
  { name: "base64", must: "base64 with padding (RFC 4648, section 4)" },
  (word) => word.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(word),
);

/** A short word about a program: its version, its build, what it can do. */
export const Label = text(
  {
    name: "label",
    must: `text of ${LONGEST_LABEL} characters at most, without control characters`,
  },
  (word) => word.length <= LONGEST_LABEL && !CONTROL.test(word),
);

/** Yes or no. */
export const Flag = z.boolean("must be true or false").register(MEANINGS, {
  name: "boolean",
  must: "true or false",
});
