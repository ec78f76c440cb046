import * as z from "zod/mini";
import { LONGEST_CALL_S, STANDARD_BYTES, STANDARD_CALL_S, STANDARD_LINES } from "./budgets.ts";

const MOST_BYTES = 100_000;
const MOST_LINES = 10_000;

const MUST_BE_TEXT = "must be text";
const text = (description?: string) =>
  description === undefined
    ? z.string(MUST_BE_TEXT)
    : z.string(MUST_BE_TEXT).check(z.describe(description));
const optionalText = (description?: string) => z.optional(text(description));
const wholeNumber = (most: number, description: string) => {
  const must = `must be a whole number from 1 to ${most}`;
  return z.optional(
    z.int(must).check(z.gte(1, must), z.lte(most, must), z.describe(description)),
  );
};
const words = () => z.array(z.string(MUST_BE_TEXT), "must be a list of texts");

const cwd = optionalText("Project directory; default: the server's");
const timeout_s = z.optional(
  z.number(`must be a number from 0 to ${LONGEST_CALL_S}`).check(
    z.gte(0, `must be a number from 0 to ${LONGEST_CALL_S}`),
    z.lte(LONGEST_CALL_S, `must be a number from 0 to ${LONGEST_CALL_S}`),
    z.describe(`Default ${STANDARD_CALL_S}`),
  ),
);
const job = text("Name or id");
const jobs = words().check(
  z.refine((names) => names.length > 0, "must name a job at least"),
  z.describe("Names, ids, @groups"),
);
const cursor = optionalText("From an earlier answer: only what came since");
const max_bytes = wholeNumber(MOST_BYTES, `Default ${STANDARD_BYTES}`);

const WAIT_FOR = /^(?:exited|ready|output:.+)$/s;

/** What each tool takes. Whoever calls one has its arguments checked by these. */
export const TOOL_ARGUMENTS = {
  imp_status: z.strictObject({ job: optionalText("Name or id; default: all jobs"), cwd }),
  imp_up: z.strictObject({
    jobs: z.optional(words().check(z.describe("Names or @groups; default: all"))),
    cwd,
    timeout_s,
    confirm: optionalText("The digest that an earlier answer asks to confirm"),
  }),
  imp_run: z.strictObject({
    command: z.union([
      z.string(),
      z.array(z.string()),
    ], "must be text or a list of texts").check(z.describe("Text for sh, or argv")),
    name: optionalText("What to call the job"),
    cwd: optionalText("Directory to run in, and project"),
    env: z.optional(
      z.record(z.string(), z.string(MUST_BE_TEXT), "must be an object of texts").check(
        z.refine(
          (env) => Object.keys(env).every((name) => /^[^=\0]+$/.test(name)),
          "must have names without =",
        ),
      ),
    ),
    until: z.optional(
      z.enum(["exit", "ready", "started"], "must be exit, ready or started").check(
        z.describe("Default exit; ready or started for servers"),
      ),
    ),
    ready: optionalText("http://… | tcp:PORT | log:REGEX | cmd:TEXT | delay:2s | ports"),
    timeout_s,
    max_bytes,
  }),
  imp_logs: z.strictObject({
    job,
    cursor,
    grep: optionalText("Only lines that match this regex"),
    stream: z.optional(z.enum(["stdout", "stderr"], "must be stdout or stderr")),
    run: wholeNumber(1_000_000_000, "Default: the last"),
    lines: wholeNumber(MOST_LINES, `Default ${STANDARD_LINES}`),
    max_bytes,
    cwd,
  }),
  imp_wait: z.strictObject({
    job,
    for: z.optional(
      text("exited (default) | ready | output:/REGEX/").check(
        z.regex(WAIT_FOR, "must be exited, ready or output:/REGEX/"),
      ),
    ),
    timeout_s,
    cursor,
    cwd,
  }),
  imp_start: z.strictObject({
    jobs,
    restart: z.optional(
      z.boolean("must be true or false").check(z.describe("Restart what is up")),
    ),
    cwd,
  }),
  imp_stop: z.strictObject({ jobs, signal: optionalText("Default TERM"), cwd }),
};

export type ToolName = keyof typeof TOOL_ARGUMENTS;
export type ToolArguments<Name extends ToolName> = z.infer<(typeof TOOL_ARGUMENTS)[Name]>;

/** Whether there is a tool of this name. */
export function isToolName(name: string): name is ToolName {
  return Object.hasOwn(TOOL_ARGUMENTS, name);
}

/** What a model reads of a tool, and what a client may ask its user about it. */
export interface ToolText {
  readonly description: string;
  readonly annotations?: Readonly<Record<string, boolean>>;
}

const READS = { readOnlyHint: true };

/** What each is for, in as few words as do. */
export const TOOL_TEXTS: Readonly<Record<ToolName, ToolText>> = {
  imp_status: {
    description: "All jobs of the project with status and URLs; of one, also why it ended",
    annotations: READS,
  },
  imp_up: {
    description: "Start what the project's imp.yaml declares, in order, until all is ready",
  },
  imp_run: {
    description: "Run a command as a job and wait. It goes on past timeout_s: imp_wait with the " +
      "cursor. The same command twice joins the running job",
  },
  imp_logs: { description: "What a job printed, both streams", annotations: READS },
  imp_wait: {
    description: "Wait for a job; tells the outcome and what it printed since cursor",
    annotations: READS,
  },
  imp_start: { description: "Start jobs that are down, or restart them" },
  imp_stop: {
    description: "Stop jobs and everything they started",
    annotations: { destructiveHint: true, idempotentHint: true },
  },
};
