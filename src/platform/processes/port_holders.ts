import { describeProcess } from "./describe_process.ts";
import { readSocketInodes } from "./listening_ports.ts";
import { listListeningSockets } from "./listening_sockets.ts";
import { ownerOf, userName } from "./process_owner.ts";
import { readProcess } from "./process_table.ts";
import { isMarkedDaemon, readMarks, type RunMarks } from "./run_marks.ts";

/** Who listens on a TCP port, as far as the system tells. */
export interface PortHolder {
  readonly port: number;
  /** `127.0.0.1`, `0.0.0.0`, `::`. */
  readonly address: string;
  /** Null where the process is another user's. */
  readonly pid: number | null;
  /** Its program, and what it was told to run: `node server.js`; null without a pid. */
  readonly command: string | null;
  readonly user: string;
  /** The run of a job that it belongs to, of whatever daemon. */
  readonly run: RunMarks | undefined;
}

/** Who listens on a port, or on any: each by port and address, and the first of those that share a socket. */
export function findPortHolders(port?: number): PortHolder[] {
  const found = Deno.build.os === "linux" ? findOnLinux(port) : findByLsof(port);
  const seen = new Set<string>();
  return found
    .sort((a, b) => a.port - b.port || compare(a.address, b.address) || (a.pid ?? 0) - (b.pid ?? 0))
    .filter(({ port, address, pid }) => {
      const key = `${port} ${address} ${pid}`;
      return !seen.has(key) && seen.add(key);
    });
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function findOnLinux(wanted: number | undefined): PortHolder[] {
  const sockets = listListeningSockets().filter(({ port }) =>
    wanted === undefined || port === wanted
  );
  const uid = Deno.uid();
  // The others' we may not look at.
  const ours = sockets.filter((socket) => uid === ROOT || socket.uid === uid);
  const holders = findHolders(new Set(ours.map(({ inode }) => inode)));
  return sockets.map(({ inode, port, address, uid }) =>
    toHolder({ port, address, user: userName(String(uid)) }, holders.get(inode))
  );
}

const ROOT = 0;

function toHolder(
  socket: Pick<PortHolder, "port" | "address" | "user">,
  pid: number | undefined,
): PortHolder {
  if (pid === undefined) return { ...socket, pid: null, command: null, run: undefined };
  return { ...socket, pid, command: describeProcess(pid), run: runOfProcess(pid) };
}

/** Which process holds each of these sockets: of several the one that the others come from. */
function findHolders(inodes: ReadonlySet<string>): Map<string, number> {
  const holders = new Map<string, number>();
  if (inodes.size === 0) return holders;
  // Who stands in the way was mostly started not long ago, and looking is dear.
  for (const pid of listPids().sort((a, b) => b - a)) {
    for (const inode of readSocketInodes(pid)) {
      if (inodes.has(inode) && !holders.has(inode)) holders.set(inode, eldest(pid, inode));
    }
    if (holders.size === inodes.size) break;
  }
  return holders;
}

function eldest(pid: number, inode: string): number {
  const parent = readProcess(pid)?.ppid;
  if (parent === undefined || !readSocketInodes(parent).includes(inode)) return pid;
  return eldest(parent, inode);
}

function listPids(): number[] {
  return [...Deno.readDirSync("/proc")].map(({ name }) => Number(name)).filter(Number.isInteger);
}

/** macOS: one lsof(8), which tells of our own processes only. */
function findByLsof(wanted: number | undefined): PortHolder[] {
  const args = ["-nP", wanted === undefined ? "-iTCP" : `-iTCP:${wanted}`, "-sTCP:LISTEN", "-Fpn"];
  const { stdout } = new Deno.Command("lsof", { args }).outputSync();
  const found: PortHolder[] = [];
  let pid = 0;
  for (const line of new TextDecoder().decode(stdout).split("\n")) {
    if (line.startsWith("p")) pid = Number(line.slice(1));
    const [, host, digits] = /^n(.*):(\d+)$/.exec(line) ?? [];
    if (host === undefined) continue;
    const address = host === "*" ? "0.0.0.0" : host.replace(/^\[|\]$/g, "");
    const user = ownerOf(pid) ?? "";
    found.push(toHolder({ port: Number(digits), address, user }, pid));
  }
  return found;
}

/** Nobody is so many generations away from the shim of his run. */
const MOST_ANCESTORS = 64;

/** The run that a process belongs to: by its marks, else by those of who leads its session or brought it forth. */
function runOfProcess(pid: number): RunMarks | undefined {
  let entry = readProcess(pid);
  for (let left = MOST_ANCESTORS; entry !== undefined && entry.pid > 1 && left > 0; left--) {
    if (isMarkedDaemon(entry.pid)) return undefined;
    const marks = readMarks(entry.pid) ?? readMarks(entry.session);
    if (marks !== undefined) return marks;
    entry = readProcess(entry.ppid);
  }
  return undefined;
}
