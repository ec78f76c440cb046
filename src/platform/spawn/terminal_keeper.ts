import type { TerminalSize } from "../../base/terminal_size.ts";
import { JOB_MARKS } from "../job_marks.ts";
import { keeperVariable } from "./keeper.ts";
import { openLibc, toCString } from "../libc.ts";
import { type ProcessIdentity, readIdentity } from "../processes/process_identity.ts";
import { childrenOf, isShimCommandLine } from "../processes/process_tree.ts";
import { readCommandLine } from "../processes/command_line.ts";
import { spawnFailed } from "./spawn_failure.ts";

/**
 * What stands behind the terminal of a run: script(1) holds the one side of it, as an emulator would, so that it outlives
 * the daemon. It types what comes through its stdin, and what is shown goes to its stdout. On the other side the shim
 * leads the session that the terminal controls: to the run all is as without.
 *
 * It is a keeper and no part of the run, so it has the mark of the one and none of the other.
 */
export interface TerminalOptions {
  readonly size: TerminalSize;
  /** Of the keeper that stands behind its output; see `keeperMark`. */
  readonly mark: string;
  /** Absolute; bash, where sh would lose something, is called sh nevertheless. */
  readonly shell: string;
  /** `sh -c SHIM imp-shim …` */
  readonly shim: readonly string[];
  /** That of the shim. */
  readonly env: Readonly<Record<string, string>>;
}

/** How a keeper of a terminal is started; for posix_spawn(3). */
export interface TerminalCommand {
  readonly file: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** What script, and the shell that it starts, would take for themselves: the shim gets it back. */
const WITHHELD = ["SHELL", "BASH_ENV", ...JOB_MARKS];
/** What the one or the other puts there. */
const ADDED = ["SCRIPT", ...Object.keys(keeperVariable(""))];

const PLACES = "/usr/bin:/bin";
const ACCESS_EXECUTE = 1;

/** Within it a shim is found on a machine that has time; else by its mark, later. */
const MOST_LOOKS = 100;
const LOOK_PAUSE_US = 300;

/**
 * The command line of script on a system; both take `line` to sh. With `-e` its exit code is that of the shim.
 * Linux: util-linux; elsewhere: BSD.
 */
export function toScriptArgv(
  os: typeof Deno.build.os,
  { shell, line }: { readonly shell: string; readonly line: string },
): string[] {
  // Here the shell is the one in $SHELL.
  if (os === "linux") return ["script", "-qefc", line, "/dev/null"];
  return ["script", "-q", "/dev/null", shell, "-c", line];
}

/**
 * What is to be started for a terminal of that size.
 * @throws AppError `job.spawn_failed` where there is no script(1)
 */
export function toTerminalCommand(options: TerminalOptions): TerminalCommand {
  const { shell, mark, env } = options;
  const kept = Object.entries(env).filter(([name]) => !WITHHELD.includes(name));
  return {
    file: findScript(Deno.env.get("PATH")),
    argv: toScriptArgv(Deno.build.os, { shell, line: toLine(options) }),
    env: { ...Object.fromEntries(kept), SHELL: shell, ...keeperVariable(mark) },
  };
}

/** The line of sh that becomes the shim; the terminal has its size before anything else can look at it. */
export function toLine({ size: { columns, rows }, shell, shim, env }: TerminalOptions): string {
  const words = [shell, ...shim.slice(1)];
  const withheld = WITHHELD.filter((name) => env[name] !== undefined);
  const unset = [...WITHHELD, ...ADDED].filter((name) => env[name] === undefined);
  return [
    `command -p stty echo columns ${columns} rows ${rows} 2>/dev/null`,
    `unset ${unset.join(" ")}`,
    `export ${withheld.map((name) => `${name}=${quote(env[name]!)}`).join(" ")}`,
    `exec ${shell.endsWith("bash") ? "-a sh " : ""}${words.map(quote).join(" ")}`,
  ].join("\n");
}

/** The shim that a keeper of a terminal has started; undefined when it has not within a moment. */
export function findTerminalShim(keeperPid: number): ProcessIdentity | undefined {
  for (let left = MOST_LOOKS; left > 0; left--) {
    const pid = childrenOf(keeperPid).find((child) => isShimCommandLine(readCommandLine(child)));
    if (pid !== undefined) return readIdentity(pid);
    openLibc().usleep(LOOK_PAUSE_US);
  }
  return undefined;
}

/** The daemon's PATH may be whatever; where every system has it comes first. */
function findScript(path: string | undefined): string {
  for (const directory of `${PLACES}:${path ?? ""}`.split(":")) {
    const file = `${directory}/script`;
    if (directory.startsWith("/") && openLibc().access(toCString(file), ACCESS_EXECUTE) === 0) {
      return file;
    }
  }
  throw spawnFailed(
    "there is no script(1), which holds the terminal of a job with --tty",
    "Install util-linux (Debian: bsdutils, Fedora: util-linux-script, Alpine: util-linux-misc)",
  );
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
