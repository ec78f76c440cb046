import type { TerminalSize } from "../../base/terminal_size.ts";
import { openDescriptor, OpenFlag, openLibc } from "../libc.ts";
import { readProcess } from "../processes/process_table.ts";
import { runCommand } from "../run_command.ts";

/** `struct winsize`: rows, columns, and pixels that nobody asks for. */
const SET_SIZE_LINUX = 0x5414n;

/**
 * Tells the terminal that a process reads from how large it is now, and thereby (SIGWINCH) whoever is in its foreground.
 * False when the process reads from none, or is gone.
 */
export async function resizeTerminalOf(pid: number, size: TerminalSize): Promise<boolean> {
  return Deno.build.os === "linux" ? resizeOnLinux(pid, size) : await resizeByStty(pid, size);
}

function resizeOnLinux(pid: number, { columns, rows }: TerminalSize): boolean {
  // Not ours to be controlled by, and nobody waits for it.
  const flags = OpenFlag.readWrite | OpenFlag.nonBlocking | OpenFlag.noTerminal;
  const path = `/proc/${pid}/fd/0`;
  if (!isAtTerminal(pid)) return false;
  const fd = openDescriptor(path, flags);
  if (fd < 0) return false;
  const symbols = openLibc();
  try {
    return symbols.ioctlWithPointer(fd, SET_SIZE_LINUX, Uint16Array.of(rows, columns, 0, 0)) === 0;
  } finally {
    symbols.close(fd);
  }
}

/** Who reads the stdin of a run: its shim, or what holds the terminal that the shim reads from. */
export function stdinReaderOf(shimPid: number): number {
  return isAtTerminal(shimPid) ? readProcess(shimPid)?.ppid ?? shimPid : shimPid;
}

/** Whether a run was given a terminal; undefined where its shim cannot be looked at. */
export function hasTerminal(shimPid: number | undefined): boolean | undefined {
  const isHidden = shimPid === undefined || linkOf(`/proc/${shimPid}/fd/0`) === "";
  return isHidden ? undefined : isAtTerminal(shimPid);
}

/** Whether a process reads from a terminal; false where that cannot be looked at. */
function isAtTerminal(pid: number): boolean {
  return isTerminalPath(linkOf(`/proc/${pid}/fd/0`));
}

/** What cannot be looked at is none. */
function linkOf(path: string): string {
  try {
    return Deno.readLinkSync(path);
  } catch {
    return "";
  }
}

/** Looked at first: opening a FIFO or a device of another kind may do something to it. */
function isTerminalPath(path: string): boolean {
  return /^\/dev\/(pts\/\d+|tty\w+)$/.test(path);
}

/** Variadic functions cannot be called everywhere, stty(1) can. */
async function resizeByStty(pid: number, { columns, rows }: TerminalSize): Promise<boolean> {
  const found = await runCommand(["ps", "-o", "tty=", "-p", String(pid)]);
  const path = `/dev/${found.stdout.trim()}`;
  if (found.code !== 0 || !isTerminalPath(path)) return false;
  const words = ["columns", String(columns), "rows", String(rows)];
  return (await runCommand(["stty", "-f", path, ...words])).code === 0;
}
