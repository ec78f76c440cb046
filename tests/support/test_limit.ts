/**
 * Loaded before each file of tests (`--preload`, in deno.json). A test that never ends fails by its name, where it
 * would hold up all the others for as long as anybody waits; the limit is far above what any test takes on a busy machine.
 * And a signal to a process that is not there fails its test: to 0, or what is no number, it would be sent to us all.
 */
import { withDeadline } from "./eventually.ts";

const LIMIT_MS = 600_000;

type TestBody = (context: Deno.TestContext) => void | Promise<void>;

const register = Deno.test as unknown as (...args: unknown[]) => void;

function withLimit(body: TestBody): TestBody {
  const limited: TestBody = async (context) =>
    await withDeadline("the test", Promise.resolve(body(context)), { deadlineMs: LIMIT_MS });
  return Object.defineProperty(limited, "name", { value: body.name });
}

function limitIn(arg: unknown): unknown {
  if (typeof arg === "function") return withLimit(arg as TestBody);
  if (typeof arg !== "object" || arg === null || !("fn" in arg)) return arg;
  return { ...arg, fn: withLimit(arg.fn as TestBody) };
}

const limited = Object.assign((...args: unknown[]) => register(...args.map(limitIn)), Deno.test);
const { kill } = Deno;

function killOne(pid: number, signal?: Deno.Signal): void {
  if (!Number.isInteger(pid) || pid <= 1) throw new Error(`Not the pid of one process: ${pid}`);
  kill(pid, signal);
}

Object.assign(Deno, { test: limited, kill: killOne });
