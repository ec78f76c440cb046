/** `IMP_FAIL=<point>:<abort|stop|error>[:n]`, several with commas: at the n-th passing of the point. */
interface Armed {
  readonly point: string;
  readonly action: string;
  remaining: number;
}

function readArmed(): Armed[] | null {
  let text: string | undefined;
  try {
    text = Deno.env.get("IMP_FAIL");
  } catch {
    return null;
  }
  const armed = (text ?? "").split(",").flatMap((part) => parseArmed(part) ?? []);
  return armed.length === 0 ? null : armed;
}

function parseArmed(text: string): Armed | undefined {
  const match = /^([a-z_.]+):(abort|stop|error)(?:\(([A-Z]+)\))?(?::(\d+))?$/.exec(text);
  if (!match) return undefined;
  const action = match[2] === "error" ? match[3] ?? "EIO" : match[2]!;
  return { point: match[1]!, action, remaining: Number(match[4] ?? 1) };
}

/** Read when the first point is passed: a client that passes none does without. */
let armed: Armed[] | null | undefined;

/**
 * A named step at which the fault tests make us die, stop or fail. Costs one comparison when `IMP_FAIL` is not set.
 * `abort` is what a kill -9 at this very step does: no handler runs, nothing is flushed.
 */
export function failpoint(point: string): void {
  if (armed === undefined) armed = readArmed();
  if (armed === null) return;
  const [due] = armed.filter((each) => each.point === point && --each.remaining === 0);
  if (due === undefined) return;
  const { action } = due;
  if (action === "abort") {
    Deno.kill(Deno.pid, "SIGKILL");
    // The signal is delivered before the next system call returns; nothing after this may happen.
    while (true) Deno.memoryUsage();
  }
  if (action === "stop") return Deno.kill(Deno.pid, "SIGSTOP");
  throw Object.assign(new Error(`${action}: failpoint ${point}`), { code: action });
}
