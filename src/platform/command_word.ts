/** In the PATH of dash a per cent sign, and in that of bash a tilde, means more than itself. */
const SPECIAL_IN_PATH = /[%~]/;

/** What `exec` of a shell is told, so that it comes to the executable that `resolveCommand` found. */
export interface CommandWordOptions {
  /** Absolute: what `resolveCommand` found. */
  readonly executable: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The first word of a command for the shell that executes it: as typed, because programs go by the name that they are
 * called by (busybox, python of a venv, git's own). `exec` never takes a word for a builtin or a function; where it
 * could look for it in another way than `resolveCommand` does, the executable's absolute path.
 */
export function commandWord(typed: string, { executable, env }: CommandWordOptions): string {
  // A shell may take it for an option, and not every shell knows `exec --`.
  if (typed.startsWith("-")) return executable;
  if (typed.includes("/")) return typed;
  const path = env.PATH;
  return path === undefined || path === "" || SPECIAL_IN_PATH.test(path) ? executable : typed;
}
