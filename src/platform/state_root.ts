import { childOf } from "../base/plain_path.ts";

/** Reads one environment variable. */
export type ReadEnv = (name: string) => string | undefined;

/** What the directories are called that are ours. */
export const OWN_NAME = "imp";

/** The directory of the states of all daemons that a user has of a program. */
export function stateRoot(env: ReadEnv, program = OWN_NAME): string {
  const dir = env("XDG_STATE_HOME");
  if (dir?.startsWith("/")) return childOf(dir, program);
  const home = homeDirectory(env);
  return home === undefined
    ? childOf(`${tempRoot(program)}-state`, program)
    : childOf(home, `.local/state/${program}`);
}

/** The home of this user, if he has one. */
export function homeDirectory(env: ReadEnv): string | undefined {
  const home = env("HOME");
  return home?.startsWith("/") ? home : homeFromPasswd();
}

/** cron and service managers start programs without HOME. */
function homeFromPasswd(): string | undefined {
  try {
    const entries = Deno.readTextFileSync("/etc/passwd").split("\n").map((line) => line.split(":"));
    const home = entries.find((fields) => fields[2] === String(Deno.uid()))?.[5];
    return home?.startsWith("/") && Deno.statSync(home).isDirectory ? home : undefined;
  } catch {
    return undefined;
  }
}

/** A directory of a program of this user among those of all. */
export function tempRoot(program: string): string {
  return `/tmp/${program}-${Deno.uid() ?? 0}`;
}
