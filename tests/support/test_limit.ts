/**
 * Loaded before each file of tests (`--preload`, in deno.json): a test that never ends fails by its name, where it
 * would hold up all the others for as long as anybody waits. The limit is far above what any test takes on a busy machine.
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
Object.assign(Deno, { test: limited });
