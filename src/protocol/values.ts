/**
 * Single values and what they mean: each schema here looks at the shape of a value and at its sense, and names what it
 * must be. Requests are made of them, and so is whatever else must not believe what it is given, such as a record of
 * the store.
 */
import * as z from "zod/mini";
import { LONGEST_DURATION_MS } from "../base/duration.ts";
import { isJobName, parseRunId } from "../base/ids.ts";
import { isPortName, LARGEST_PORT } from "../base/ports.ts";
import { readSignal } from "../base/signals.ts";
import { LARGEST_BYTES } from "../base/size.ts";
import { MEANINGS, text, wholeNumber } from "./meaning.ts";
import { MOST_RESTARTS, RESTART_MODES } from "./restart_policy.ts";

/** Linux takes no longer path (PATH_MAX without its NUL). */
const LONGEST_PATH_BYTES = 4_095;
const LONGEST_DESCRIPTION_BYTES = 4_096;
const LONGEST_REFERENCE = 256;
const LONGEST_LABEL = 256;
const MOST_PORTS = 64;
/** A list of jobs that is longer names some twice. */
const MOST_JOBS = 100_000;

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

const PortName = text(
  {
    name: "port name",
    must: "1 to 32 of a-z, 0-9 and _, beginning with a letter",
  },
  isPortName,
);

/** Names of ports of a job. */
export const PortNames = z.array(PortName, "must be a list of names of ports").register(MEANINGS, {
  name: "port names",
  must: "a list of names, each 1 to 32 of a-z, 0-9 and _, beginning with a letter",
});

const PORT_MUST = `must be a whole number from 1 to ${LARGEST_PORT}, "auto", or {"prefer": number}`;
const Port = z.int(PORT_MUST).check(z.gte(1, PORT_MUST), z.lte(LARGEST_PORT, PORT_MUST));

/** What a job's TCP ports are called, and their numbers; `auto`, `prefer`: one is found and kept. */
export const Ports = z.record(
  PortName,
  z.union([
    Port,
    z.literal("auto", PORT_MUST),
    z.object({ prefer: Port }, PORT_MUST),
  ], PORT_MUST),
  "must be an object of ports",
).check(
  z.refine(
    (ports) => Object.keys(ports).length <= MOST_PORTS,
    `must be ${MOST_PORTS} ports at most`,
  ),
).register(MEANINGS, {
  name: "ports",
  must: `an object of ${MOST_PORTS} ports at most by their names (1 to 32 of a-z, 0-9 and _, ` +
    `beginning with a letter): each a whole number from 1 to ${LARGEST_PORT}, "auto", or ` +
    `{"prefer": number}, which is "auto" and that number if it is free`,
});
export type Ports = z.infer<typeof Ports>;

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

const LEAST_MEMORY = 2 ** 20;
const LEAST_LOG = 65_536;

/** What a run may use of the memory with all its processes. */
export const MemoryLimit = wholeNumber(
  {
    name: "memory limit",
    must: `a whole number of bytes from ${LEAST_MEMORY} (1 MiB) to ${LARGEST_BYTES}`,
  },
  { least: LEAST_MEMORY, most: LARGEST_BYTES },
);

const LOG_MUST =
  `a whole number of bytes from ${LEAST_LOG} (64 KiB) to ${LARGEST_BYTES}, or 0 for all`;

/** How much is kept of each stream of a run; 0: all. */
export const LogBound = z.int(`must be ${LOG_MUST}`).check(
  z.gte(0, `must be ${LOG_MUST}`),
  z.lte(LARGEST_BYTES, `must be ${LOG_MUST}`),
  z.refine((bytes) => bytes === 0 || bytes >= LEAST_LOG, `must be ${LOG_MUST}`),
).register(MEANINGS, { name: "log bound", must: LOG_MUST });

const MOST_RUNS_KEPT = 10_000;

/** How many runs of a job are kept. */
export const RunsKept = wholeNumber(
  { name: "runs kept", must: `a whole number from 1 to ${MOST_RUNS_KEPT}` },
  { least: 1, most: MOST_RUNS_KEPT },
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
