import { messageOf } from "../base/app_error.ts";
import type { Clock } from "../base/clock.ts";

/** What stands for the variables that a program asks for: nothing at all, their names as marks, or what they are here. */
export type VariableRule = "unset" | "marked" | "own";

/** What a module of JavaScript exports, as far as that is data. */
export interface Evaluation {
  readonly data: unknown;
  /** Where it is no data: `apps.0.env.NOW`, and what it is. */
  readonly lost: readonly { readonly path: readonly (string | number)[]; readonly what: string }[];
  /** The variables that it asked for. */
  readonly read: readonly string[];
  /** Those that it set itself, as from a file, and those that everybody has: what they are is not to be written. */
  readonly set: readonly string[];
}

/** Options of {@linkcode evaluateProgram}. */
export interface EvaluateOptions {
  /** The directory that it may read; it may write nothing and start nothing. */
  readonly readable: string;
  readonly env: Readonly<Record<string, string>>;
  readonly variables: VariableRule;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** An evaluation, or why there is none. */
export type EvaluationResult = Evaluation | { readonly why: string };

const MOST_BYTES = 4 * 1_024 * 1_024;
/** Before 22.13 it has the second name, before 20 none. */
const PERMISSIONS = ["--permission", "--experimental-permission"];
const EXIT_BAD_OPTION = 9;
const LONGEST_REASON = 200;

/** A variable in the data of an evaluation with `marked`: its name between two of these. */
export const VARIABLE_MARK = "\u0001";

/** Evaluates a module by the user's own node, which loads it as it would for the tool it is written for. */
export async function evaluateProgram(
  path: string,
  options: EvaluateOptions,
): Promise<EvaluationResult> {
  for (const permission of PERMISSIONS) {
    const result = await evaluateOnce(path, { ...options, permission });
    if (result !== undefined) return result;
  }
  return { why: "it is a program, and needs Node 20 or newer to be read safely" };
}

/** Undefined when node does not know the option. */
async function evaluateOnce(
  path: string,
  { readable, env, variables, timeoutMs, clock, permission }: EvaluateOptions & {
    permission: string;
  },
): Promise<EvaluationResult | undefined> {
  const key = crypto.randomUUID();
  const reads = `--allow-fs-read=${readable === "/" ? "/" : `${readable}/`}*`;
  const late = new AbortController();
  const { signal } = late;
  const cancelLimit = clock.schedule(timeoutMs, () => late.abort());
  const { NODE_OPTIONS: _, ...inherited } = env;
  try {
    const child = new Deno.Command("node", {
      args: [permission, reads, "-e", CODE, "--", path, key, variables],
      clearEnv: true,
      env: inherited,
      cwd: readable,
      ...{ stdin: "null", stdout: "piped", stderr: "piped", signal },
    }).spawn();
    const [stdout, stderr, { code }] = await Promise.all([
      readBounded(child.stdout, () => kill(child)),
      readBounded(child.stderr, () => kill(child)),
      child.status,
    ]);
    if (code === EXIT_BAD_OPTION && stderr.includes("bad option")) return undefined;
    if (signal.aborted) return { why: `it is a program that does not end within ${timeoutMs} ms` };
    const answer = stdout.split("\n").find((line) => line.startsWith(key));
    return answer === undefined
      ? { why: "it is a program that ended without exporting anything" }
      : JSON.parse(answer.slice(key.length));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      return { why: "it is a program, and there is no node to read it by" };
    }
    return { why: `it is a program that node cannot read: ${messageOf(error)}` };
  } finally {
    cancelLimit();
  }
}

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch (error) {
    // It has ended.
    messageOf(error);
  }
}

async function readBounded(
  stream: ReadableStream<Uint8Array>,
  onTooMuch: () => void,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    if (text.length > MOST_BYTES) continue;
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MOST_BYTES) onTooMuch();
  }
  return text;
}

/**
 * Runs in node, around the module: what that prints goes nowhere, and what it exports goes out as one line behind a key
 * that it does not know.
 */
const CODE = `
const [path, key, rule] = process.argv.slice(1);
const { writeSync } = require("fs");
const exit = process.exit.bind(process), stringify = JSON.stringify;
process.argv.splice(1, 3, path);
const answer = (value) => {
  let rest = Buffer.from("\\n" + key + stringify(value) + "\\n");
  while (rest.length > 0) {
    try { rest = rest.subarray(writeSync(1, rest)); }
    catch (error) { if (error.code !== "EAGAIN") throw error; }
  }
  exit(0);
};
const fail = (error) => {
  let text = "something";
  try { text = String((error && error.message) || error).split("\\n")[0].slice(0, ${LONGEST_REASON}); } catch {}
  answer({ why: "it is a program that fails: " + text });
};
process.on("uncaughtException", fail);
process.on("unhandledRejection", fail);
process.exit = process.abort = process.reallyExit = process.kill = () => {
  throw new Error("it ends node");
};
for (const stream of [process.stdout, process.stderr]) {
  stream.write = (...args) => {
    const done = args.find((each) => typeof each === "function");
    if (done) process.nextTick(done);
    return true;
  };
}
// What modules of Node's ask for by themselves, and what hardly any file does without.
const QUIET = ["FORCE_COLOR", "NO_COLOR", "TERM", "WATCH_REPORT_DEPENDENCIES", "NODE_PATH", "NODE_DEBUG", "DEBUG", "LANG"];
const GIVEN = ["PATH", "HOME", "PWD", "USER", "SHELL", "TMPDIR"];
const PLAIN = [...QUIET, ...GIVEN];
const own = process.env, read = new Set(), set = new Map();
const isName = (name) => typeof name === "string" && /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
const get = (name) => {
  if (!isName(name)) return own[name];
  if (rule === "own" || QUIET.includes(name)) return set.has(name) ? set.get(name) : own[name];
  if (rule === "marked") return "\\x01" + name + "\\x01";
  return set.has(name) || !GIVEN.includes(name) ? set.get(name) : own[name];
};
process.env = new Proxy({}, {
  get: (_, name) => { if (isName(name) && !QUIET.includes(name)) read.add(name); return get(name); },
  set: (_, name, value) => { set.set(name, String(value)); return true; },
  has: (_, name) => { if (isName(name)) read.add(name); return set.has(name) || (rule === "own" && name in own); },
  deleteProperty: () => true,
  defineProperty: (_, name, { value }) => { set.set(name, String(value)); return true; },
  ownKeys: () => [...new Set([...(rule === "own" ? Object.keys(own) : PLAIN.filter((name) => name in own)), ...set.keys()])],
  getOwnPropertyDescriptor: (_, name) => {
    const there = set.has(name) || ((rule === "own" || PLAIN.includes(name)) && name in own);
    return there ? { value: get(name), enumerable: true, configurable: true, writable: true } : undefined;
  },
});
const lost = [];
let count = 0;
const plain = (value, path, open) => {
  const lose = (what) => { if (lost.length < 1000) lost.push({ path, what }); };
  if (++count > 50000) throw new Error("it exports more than 50000 values");
  switch (typeof value) {
    case "string": case "boolean": return value;
    case "number": return Number.isFinite(value) ? value : lose("no number");
    case "bigint": return String(value);
    case "undefined": return undefined;
    case "object": break;
    default: return lose("a " + typeof value);
  }
  if (value === null) return null;
  if (value instanceof RegExp) return lose("a regular expression");
  if (value instanceof Date) return value.toISOString();
  if (open.length > 50 || open.includes(value)) return lose("a value within itself");
  const inner = [...open, value];
  if (Array.isArray(value)) {
    return value.map((each, at) => plain(each, [...path, at], inner)).map((each) => each === undefined ? null : each);
  }
  if (value instanceof Map || value instanceof Set) return lose("a collection");
  const entries = [];
  for (const name of Object.keys(value)) {
    if (name === "__proto__") { lose("a key that is called __proto__"); continue; }
    const each = plain(value[name], [...path, name], inner);
    if (each !== undefined) entries.push([name, each]);
  }
  return Object.fromEntries(entries);
};
const load = async () => {
  let module;
  try { module = require(path); } catch (error) {
    if (!error || !/^ERR_(REQUIRE_ESM|REQUIRE_ASYNC_MODULE)$|^ERR_UNKNOWN_FILE_EXTENSION$/.test(error.code) && !/ES [Mm]odule|import statement|Unexpected token 'export'/.test(error.message)) throw error;
    module = await import(require("url").pathToFileURL(path));
  }
  if (module && (module.__esModule || Object.prototype.toString.call(module) === "[object Module]") && module.default !== undefined) module = module.default;
  const data = plain(await module, [], []);
  answer({ data: data === undefined ? null : data, lost, read: [...read], set: [...set.keys(), ...GIVEN] });
};
load().catch(fail);
`;
