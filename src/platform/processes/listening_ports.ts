import { listListeningSockets } from "./listening_sockets.ts";

/**
 * The TCP ports that any process of a group listens on, sorted, for several groups in one look at the socket table. Who
 * looks often remembers whose the sockets were.
 */
export function listeningPortsOf(
  groups: readonly (readonly number[])[],
  owners: SocketOwners = new SocketOwners(),
): number[][] {
  if (groups.every((pids) => pids.length === 0)) return groups.map(() => []);
  const portsOf = Deno.build.os === "linux"
    ? owners.createReader(
      new Map(listListeningSockets().map(({ inode, port }) => [inode, port])),
    )
    : createLsofReader(groups.flat());
  return groups.map((pids) => [...new Set(pids.flatMap(portsOf))].sort((a, b) => a - b));
}

/** After so many looks everybody is looked at again: a socket may have been handed to another, or a pid. */
const FORGET_AFTER_LOOKS = 10;

/**
 * Who holds which listening sockets. A process's descriptors are looked at when it is new, or a socket is: with many
 * jobs it is most of what a look costs.
 */
export class SocketOwners {
  #known: ReadonlySet<string> = new Set();
  #inodesOf = new Map<number, readonly string[]>();
  #looks = 0;
  readonly #readInodes: (pid: number) => string[];

  /** `readInodes`: which sockets a process holds; as /proc has it by default. */
  constructor(readInodes: (pid: number) => string[] = readSocketInodes) {
    this.#readInodes = readInodes;
  }

  /** Begins a look at the sockets that there are, by their inodes; what it returns tells the ports of a process. */
  createReader(portOf: ReadonlyMap<string, number>): (pid: number) => number[] {
    if (portOf.size === 0) return () => [];
    const isNew = [...portOf.keys()].some((inode) => !this.#known.has(inode));
    const before = isNew || ++this.#looks > FORGET_AFTER_LOOKS ? undefined : this.#inodesOf;
    if (before === undefined) this.#looks = 0;
    this.#known = new Set(portOf.keys());
    const inodesOf = this.#inodesOf = new Map();
    return (pid) => {
      const held = before?.get(pid) ?? this.#readInodes(pid).filter((inode) => portOf.has(inode));
      inodesOf.set(pid, held);
      return held.flatMap((inode) => portOf.get(inode) ?? []);
    };
  }
}

/** The inodes of the sockets that a process holds; none where we may not look. */
export function readSocketInodes(pid: number): string[] {
  const inodes: string[] = [];
  try {
    for (const { name } of Deno.readDirSync(`/proc/${pid}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(readLink(`/proc/${pid}/fd/${name}`));
      if (inode) inodes.push(inode[1]!);
    }
  } catch {
    // It is gone, or not ours to look at.
  }
  return inodes;
}

function readLink(path: string): string {
  try {
    return Deno.readLinkSync(path);
  } catch {
    return "";
  }
}

/** macOS: one lsof(8) for all. */
function createLsofReader(pids: readonly number[]): (pid: number) => number[] {
  const ports = new Map<number, number[]>();
  const args = ["-nP", "-a", "-iTCP", "-sTCP:LISTEN", "-p", pids.join(","), "-Fpn"];
  const { stdout } = new Deno.Command("lsof", { args }).outputSync();
  let pid = 0;
  for (const line of new TextDecoder().decode(stdout).split("\n")) {
    if (line.startsWith("p")) pid = Number(line.slice(1));
    const port = /^n.*:(\d+)$/.exec(line);
    if (port) ports.set(pid, [...(ports.get(pid) ?? []), Number(port[1])]);
  }
  return (wanted) => ports.get(wanted) ?? [];
}
