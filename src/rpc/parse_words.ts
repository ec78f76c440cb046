import { AppError } from "../base/app_error.ts";
import { parseDaemonId } from "../base/ids.ts";

/** What a call of the program is for; `serve` is `run` for a client that waits for it. */
export type Role = "call" | "run" | "serve" | "status" | "stop";

/** A call of the program, taken apart. */
export interface Words {
  readonly role: Role;
  /** What `--daemon-id` says. */
  readonly daemonId: string | undefined;
  /** What is left for the handler. */
  readonly args: readonly string[];
}

/** What makes a call the daemon that its client waits for. */
export const DAEMON_WORDS = ["--daemon", "serve"];

/** What `--daemon` may be followed by. */
const TASKS = ["run", "status", "stop", "serve"] as const;

/**
 * Takes the framework's own words off the front: `--daemon-id ID`, `--daemon run|status|stop`; `--` ends them. All that
 * follows is the handler's.
 * @throws AppError `usage.*`
 */
export function parseWords(argv: readonly string[]): Words {
  const args = [...argv];
  let role: Role = "call";
  let daemonId: string | undefined;
  for (;;) {
    if (args[0] === "--daemon-id") daemonId = parseDaemonId(takeValue(args));
    else if (args[0] === "--daemon") role = parseTask(takeValue(args));
    else break;
  }
  if (args[0] === "--") args.shift();
  if (role === "serve") args.length = 0;
  if (role !== "call" && args.length > 0) {
    throw new AppError("usage.unexpected", `Not expected here: ${JSON.stringify(args[0])}`, {
      hint: `Nothing follows --daemon ${role}`,
    });
  }
  return { role, daemonId, args };
}

/** What stands behind the first word, both of which it takes away. */
function takeValue(args: string[]): string {
  const [flag, value] = args.splice(0, 2);
  if (value !== undefined) return value;
  throw new AppError("usage.missing_value", `${flag} needs a value`);
}

function parseTask(text: string): Role {
  const task = TASKS.find((each) => each === text);
  if (task !== undefined) return task;
  throw new AppError("usage.bad_value", `Not a task of a daemon: ${JSON.stringify(text)}`, {
    hint: "Use --daemon run, --daemon status or --daemon stop",
  });
}
