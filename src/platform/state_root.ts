import { join } from "@std/path/posix";

/** Reads one environment variable. */
export type ReadEnv = (name: string) => string | undefined;

/** The directory of the states of all daemons of this user. */
export function stateRoot(env: ReadEnv): string {
  const dir = env("XDG_STATE_HOME");
  if (dir?.startsWith("/")) return join(dir, "imp");
  const home = homeDirectory(env);
  return home === undefined ? `${tempRoot()}-state/imp` : join(home, ".local/state/imp");
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

/** A directory of this user among those of all. */
export function tempRoot(): string {
  return `/tmp/imp-${Deno.uid() ?? 0}`;
}
