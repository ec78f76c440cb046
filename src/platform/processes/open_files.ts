import { listProcesses } from "./process_table.ts";

/** O_ACCMODE of open(2): anything but reading only. */
const ACCESS_MODE = 3;
const DELETED = " (deleted)";

/** The paths that a process has open for writing and that `isMeant`; undefined when we may not look. */
export function readWrittenFiles(
  pid: number,
  isMeant: (path: string) => boolean,
): string[] | undefined {
  if (Deno.build.os === "linux") return readLinux(pid, isMeant);
  return readByLsof(["-p", String(pid)], isMeant).get(pid) ?? [];
}

/** Who has a file open for writing that `isMeant`, of all processes that we may look at: that takes a while. */
export function listWriters(isMeant: (path: string) => boolean): Set<number> {
  if (Deno.build.os !== "linux") return new Set(readByLsof([], isMeant).keys());
  const pids = listProcesses().map(({ pid }) => pid);
  return new Set(pids.filter((pid) => pid > 1 && (readLinux(pid, isMeant) ?? []).length > 0));
}

function readLinux(pid: number, isMeant: (path: string) => boolean): string[] | undefined {
  let names: string[];
  try {
    names = Array.from(Deno.readDirSync(`/proc/${pid}/fd`), ({ name }) => name);
  } catch (error) {
    // One that has just ended holds nothing.
    return error instanceof Deno.errors.NotFound ? [] : undefined;
  }
  return names.flatMap((name) => {
    const path = readLink(`/proc/${pid}/fd/${name}`);
    return path !== undefined && isMeant(path) && isWritable(pid, name) ? [path] : [];
  });
}

/** Without the word that the kernel adds for a file that was removed. */
function readLink(link: string): string | undefined {
  try {
    const path = Deno.readLinkSync(link);
    return path.endsWith(DELETED) ? path.slice(0, -DELETED.length) : path;
  } catch {
    return undefined;
  }
}

/** Readers do not count: an editor, a `tail`. */
function isWritable(pid: number, name: string): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)/m.exec(Deno.readTextFileSync(`/proc/${pid}/fdinfo/${name}`));
    return flags !== null && (parseInt(flags[1]!, 8) & ACCESS_MODE) !== 0;
  } catch {
    return false;
  }
}

/** macOS: `-Fpan` gives lines `p` with a pid, `a` with the access and `n` with the path of each descriptor. */
function readByLsof(
  options: readonly string[],
  isMeant: (path: string) => boolean,
): Map<number, string[]> {
  const { stdout } = new Deno.Command("lsof", { args: ["-nP", ...options, "-Fpan"] }).outputSync();
  const paths = new Map<number, string[]>();
  let [pid, access] = [0, ""];
  for (const line of new TextDecoder().decode(stdout).split("\n")) {
    const value = line.slice(1);
    if (line.startsWith("p")) pid = Number(value);
    if (line.startsWith("a")) access = value;
    if (!line.startsWith("n") || !/[uw]/.test(access) || !isMeant(value)) continue;
    paths.set(pid, [...paths.get(pid) ?? [], value]);
  }
  return paths;
}
