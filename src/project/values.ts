/** Single values of a project file: what may be written for each, and what is made of it. */
import * as z from "zod/mini";
import { formatDuration, LONGEST_DURATION_MS, parseDuration } from "../base/duration.ts";
import { isJobName } from "../base/ids.ts";
import { isPortName, isPortNumber, LARGEST_PORT, type PortWish } from "../base/ports.ts";
import { readSignal } from "../base/signals.ts";
import { bytes } from "../config/setting_kind.ts";
import { parseRestartPolicy } from "../protocol/restart_policy.ts";
import { toLateText, withAnyPort } from "./template.ts";

/** What the JSON Schema says of a value beside its type. */
interface ValueMeta {
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** {@linkcode ValueMeta} by schema. */
export const VALUE_META = z.registry<ValueMeta>();

/** A schema that makes an Output of what is written. */
export type Reader<Output> = z.ZodMiniType<Output>;

/** A key that may be left out. */
export function key<Output>(schema: Reader<Output>, description: string, standard?: unknown) {
  const meta = standard === undefined ? { description } : { description, default: standard };
  return z.optional(schema).register(VALUE_META, meta);
}

/**
 * Text that `read` makes something of; whatever it throws, or undefined, is "must be …". What stands for a variable is
 * left to be written by the pattern, which only editors know.
 */
export function text<Output>(
  must: string,
  read: (text: string) => Output | undefined,
  { pattern, ...meta }: ValueMeta = {},
): Reader<Output> {
  const shape = pattern === undefined ? meta : { ...meta, pattern: `${pattern}|\\$\\{` };
  return reading(must, z.string(`must be ${must}`).register(VALUE_META, shape), read);
}

/** What `read` makes of an input that has the right type. */
export function reading<Input, Output>(
  must: string,
  input: z.ZodMiniType<Input>,
  read: (value: Input) => Output | undefined,
): Reader<Output> {
  const transform = z.transform((value: Input, context): Output => {
    const result = attempt(() => read(value));
    if (result !== undefined) return result;
    context.issues.push({ code: "custom", message: `must be ${must}`, input: value });
    return z.NEVER;
  });
  return z.pipe(input, transform as never) as unknown as Reader<Output>;
}

function attempt<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch {
    // It only says what "must be" says better.
  }
}

/** One of several forms, which differ in their type. */
export function anyOf<Schemas extends readonly [z.ZodMiniType, ...z.ZodMiniType[]]>(
  must: string,
  schemas: Schemas,
) {
  return z.union(schemas, `must be ${must}`);
}

/** A whole number, also as the digits that a variable stands for. */
export function wholeNumber(least: number, most: number): Reader<number> {
  const must = `a whole number from ${least} to ${most}`;
  const number = z.number().register(VALUE_META, { minimum: least, maximum: most });
  const digits = z.string().register(VALUE_META, { pattern: "^\\d+$|\\$\\{" });
  return reading(must, anyOf(must, [number, digits]), (value) => {
    const count = typeof value === "number" ? value : /^\d+$/.test(value) ? Number(value) : NaN;
    return Number.isInteger(count) && count >= least && count <= most ? count : undefined;
  });
}

/** Yes or no. */
export const Flag: Reader<boolean> = z.boolean("must be true or false");

/** Text that says something. */
export const Text: Reader<string> = text("text that is not empty", (value) => value || undefined, {
  minLength: 1,
});

/** A path, from the directory of the file. */
export const Path: Reader<string> = text("a path", (value) => value || undefined, { minLength: 1 });

/** Text that may have ports in it. */
const Late: Reader<string> = text("text", toLateText);

// deno-lint-ignore no-control-regex
const CONTROL = /[\0-\x08\x0b-\x1f\x7f-\x9f]/;

/** What a person reads; the daemon takes no longer one. */
export const Prose: Reader<string> = text(
  "text of one paragraph",
  (value) => value.length <= 1_000 && !CONTROL.test(value) ? value : undefined,
);

/** The name of a job. */
export const JobName: Reader<string> = text(
  "the name of a job: letters, digits and _ . : @ + -",
  (name) => isJobName(name) ? name : undefined,
);

/** The name of a group. */
export const GroupName: Reader<string> = text(
  "a name of letters, digits, - and _",
  (name) => /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(name) ? name : undefined,
  { pattern: "^[A-Za-z0-9][A-Za-z0-9_-]*$" },
);

/** The name of a port, which is a part of that of a variable. */
export const PortName: Reader<string> = text(
  "the name of a port: a-z, 0-9 and _, beginning with a letter",
  (name) => isPortName(name) ? name : undefined,
  { pattern: "^[a-z][a-z0-9_]*$" },
);

/** The name of an environment variable. */
export const VariableName: Reader<string> = text(
  "the name of a variable",
  (name) => name !== "" && !/[=\0]/.test(name) ? name : undefined,
);

/** A time span in milliseconds. */
export function duration(least = 0): Reader<number> {
  return text(
    `a duration such as 30s${least > 0 ? `, at least ${formatDuration(least)}` : ""}`,
    (value) => {
      const ms = parseDuration(value);
      return ms >= least && ms <= LONGEST_DURATION_MS ? ms : undefined;
    },
    { pattern: "^(\\d+(\\.\\d+)?(ms|s|m|h|d))+$", examples: ["500ms", "30s", "5m"] },
  );
}

/** A size in bytes. */
export function size(least: number, { zero = false } = {}): Reader<number> {
  const { schema, expected } = bytes({ least, zero });
  const input = anyOf(expected, [z.string(), z.number()]);
  return reading(expected, input, (value) => {
    const result = schema.safeParse(value);
    return result.success ? result.data : undefined;
  });
}

/** A signal by its name. */
export const Signal: Reader<string> = text(
  "a signal such as TERM",
  (word) => (readSignal(word, "linux") ?? readSignal(word, "darwin"))?.name,
  { examples: ["TERM", "INT", "HUP"] },
);

const RESTART = "no, on-failure, on-failure:MAX, always or unless-stopped";

/** When it is started again; what JSON and TOML have in place of YAML's `no` is taken for it. */
export const Restart = anyOf(RESTART, [
  text(RESTART, parseRestartPolicy, {
    pattern: "^(no|on-failure(:[1-9]\\d{0,5})?|always|unless-stopped)$",
    examples: ["no", "on-failure", "on-failure:5", "always"],
  }),
  reading(RESTART, z.literal(false, `must be ${RESTART}`), () => ({ mode: "no" as const })),
]);

const PORT = `a port from 1 to ${LARGEST_PORT}, auto, or { prefer: PORT }`;

/** Which port a job wants. */
export const PortValue = anyOf(PORT, [
  reading(PORT, z.number().register(VALUE_META, { minimum: 1, maximum: LARGEST_PORT }), readPort),
  text<PortWish>(PORT, (word) => word === "auto" ? "auto" : readPort(word), {
    pattern: "^(auto|\\d+)$",
  }),
  table({ prefer: wholeNumber(1, LARGEST_PORT) }, "{ prefer: PORT }"),
]);

function readPort(value: number | string): number | undefined {
  const port = Number(value);
  return isPortNumber(port) ? port : undefined;
}

/** A command: text is the shell's, a list is argv. */
export const CommandLine = anyOf("text for the shell, or a list of words", [
  text("a command", (shell) => shell.trim() === "" ? undefined : { shell }, { minLength: 1 }),
  reading(
    "a list of words that begins with a program",
    z.array(Late, "must be text for the shell, or a list of words"),
    (words) => words.length > 0 && words[0] !== "" ? { words } : undefined,
  ),
]);

/** A value of an environment variable; null takes it away. */
export const VariableValue = anyOf("text, a number, true or false, or null to take it away", [
  Late,
  reading("a number", z.number(), String),
  reading("true or false", z.boolean(), String),
  z.null(),
]);

/** A URL of HTTP in which ports may stand. */
export const HttpUrl: Reader<string> = text(
  "a URL such as http://127.0.0.1:3000/health",
  (url) => /^https?:$/.test(new URL(withAnyPort(url)).protocol) ? toLateText(url) : undefined,
  { pattern: "^https?://" },
);

/** `PORT` or `HOST:PORT`. */
export const TcpAddress = anyOf("PORT or HOST:PORT", [
  reading("PORT or HOST:PORT", z.number(), (port) => readPort(port)?.toString()),
  text("PORT or HOST:PORT", readAddress),
]);

function readAddress(address: string): string | undefined {
  const [, port] = /^(?:[^\s]+:)?(\d{1,5})$/.exec(withAnyPort(address)) ?? [];
  return port !== undefined && readPort(port) ? toLateText(address) : undefined;
}

/** A regular expression. */
export const Pattern: Reader<string> = text("a regular expression", (source) => {
  new RegExp(source);
  return source || undefined;
});

/** A table with these keys and no other; of one that has others, the message of zod's issue names those that are known. */
export function table<Shape extends z.core.$ZodLooseShape>(shape: Shape, must: string) {
  const known = Object.keys(shape).join(", ");
  return z.strictObject(shape, {
    error: ({ code }) => code === "unrecognized_keys" ? known : `must be ${must}`,
  });
}

/** A list, each time with what stands in it named. */
export function listOf<Output>(element: Reader<Output>, what: string): Reader<Output[]> {
  return z.array(element, `must be a list of ${what}`);
}
