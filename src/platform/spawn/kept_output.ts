import { type KeptStream, ownKeeperOf, readKeeperMark } from "./keeper.ts";
import { openLibc } from "../libc.ts";
import { outputFileState } from "./locked_output.ts";
import {
  isZombie,
  listProcesses,
  type ProcessEntry,
  readProcess,
} from "../processes/process_table.ts";
import { childrenOf } from "../processes/process_tree.ts";
import { parseSignal } from "../os_signals.ts";

/** A stream of a run with its keeper. */
export interface KeptOutput {
  readonly stream: KeptStream;
  /** See `keeperMark`. */
  readonly mark: string;
  readonly logPath: string;
}

/**
 * How it stands with a stream.
 * - `closed`: nobody can write to it any more, and all that was written is in the file;
 * - `open`: somebody can, and all that was written until now is in the file;
 * - `busy`: something may still be on its way into the file.
 */
export type KeptState = "closed" | "open" | "busy";

/** What a keeper consists of, by short names: a shell, and what copies for it. */
const SHELLS = ["sh", "bash", "busybox"];
const COPIERS = ["cat", "dd", "busybox"];
/** What holds the terminal of a run: with it, stdout has two keepers. */
const TERMINAL = "script";

const STOPPED = ["T", "t"];

/**
 * How it stands with streams; the process table is looked at once at most, and only if one of them is not closed whose
 * keeper we do not know. A keeper that was stopped by somebody is told to go on.
 */
export function lookAtKeptOutputs(outputs: readonly KeptOutput[]): KeptState[] {
  let keepers: ReadonlyMap<string, readonly ProcessEntry[]> | undefined;
  return outputs.map(({ mark, logPath }) => {
    const file = outputFileState(logPath);
    if (file === "free") return "closed";
    // A file that is gone tells nothing of its lock.
    const found = findOwnKeeper(mark) ?? (keepers ??= listKeepers()).get(mark) ?? [];
    if (file === "none" && found.length === 0) return "closed";
    return isWaiting(found) ? "open" : "busy";
  });
}

/** Tells those keepers to go on that somebody has stopped; the marks of these. */
export function wakeKeepers(marks: readonly string[]): string[] {
  const keepers = listKeepers();
  return marks.filter((mark) => (keepers.get(mark) ?? []).filter(wakeIfStopped).length > 0);
}

/**
 * Dear: what the file of a stream is called now, where a keeper that lives writes to another than the one at its path:
 * somebody has moved it away, or put another in its place. Null when it has no name any more; undefined when there is no
 * such keeper.
 */
export function findStrayLog({ mark, logPath }: KeptOutput): string | null | undefined {
  for (const { pid } of listKeepers().get(mark) ?? []) {
    const link = `/proc/${pid}/fd/1`;
    const file = statOrUndefined(link);
    // Of a terminal's keeper that is the pipe.
    if (!file?.isFile || isSameFile(file, statOrUndefined(logPath))) continue;
    const name = Deno.readLinkSync(link);
    return isSameFile(file, statOrUndefined(name)) ? name : null;
  }
  return undefined;
}

function statOrUndefined(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch {
    return undefined;
  }
}

function isSameFile(a: Deno.FileInfo, b: Deno.FileInfo | undefined): boolean {
  return a.dev === b?.dev && a.ino === b.ino;
}

/** Whether a process is a keeper, or a part of one. */
export function isKeeper({ pid, comm }: ProcessEntry): boolean {
  return mayBeKeeper(comm) && readKeeperMark(pid) !== undefined;
}

function mayBeKeeper(comm: string): boolean {
  return SHELLS.includes(comm) || COPIERS.includes(comm) || comm === TERMINAL;
}

/** The keeper with this mark and what copies for it, if we have started it and it lives. */
function findOwnKeeper(mark: string): ProcessEntry[] | undefined {
  const pid = ownKeeperOf(mark);
  const shell = pid === undefined ? undefined : readProcess(pid);
  if (shell === undefined || isZombie(shell)) return undefined;
  const copiers = childrenOf(shell.pid).flatMap((child) => readProcess(child) ?? []);
  return [shell, ...copiers];
}

function listKeepers(): Map<string, ProcessEntry[]> {
  const keepers = new Map<string, ProcessEntry[]>();
  for (const entry of listProcesses()) {
    if (!mayBeKeeper(entry.comm) || entry.pid === Deno.pid) continue;
    const mark = readKeeperMark(entry.pid);
    if (mark === undefined) continue;
    const others = keepers.get(mark);
    if (others === undefined) keepers.set(mark, [entry]);
    else others.push(entry);
  }
  return keepers;
}

/**
 * Whether the copier is asleep for want of anything to copy: then a writer is there, or it would be at the end. What is
 * still in a terminal comes before that ends, which it does with its run.
 */
function isWaiting(entries: readonly ProcessEntry[]): boolean {
  if (entries.filter(wakeIfStopped).length > 0) return false;
  if (entries.some(({ comm, state }) => comm === TERMINAL && state !== "Z")) return false;
  return entries.some(({ pid, comm, state }) =>
    COPIERS.includes(comm) && state === "S" && isReadingPipe(pid)
  );
}

function wakeIfStopped({ pid, state }: ProcessEntry): boolean {
  if (!STOPPED.includes(state)) return false;
  openLibc().kill(pid, parseSignal("CONT").number);
  return true;
}

/** Linux tells in which of its functions a process sleeps; where it does not, that it sleeps must do. */
function isReadingPipe(pid: number): boolean {
  try {
    const where = Deno.readTextFileSync(`/proc/${pid}/wchan`);
    return where === "0" || where === "" || where.includes("pipe_read");
  } catch {
    return Deno.build.os !== "linux";
  }
}
