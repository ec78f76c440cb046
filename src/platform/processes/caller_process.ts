import { readLinuxBootId, readLinuxEnvironment, readLinuxProcess } from "./linux_processes.ts";
import { isZombie, type ProcessEntry } from "./process_entry.ts";
import type { ProcessIdentity } from "./process_identity.ts";

/** So many ancestors are looked at. */
const MOST_ANCESTORS = 64;

/** What the system tells of processes. */
interface System {
  readonly bootId: () => string;
  readonly readProcess: (pid: number) => ProcessEntry | undefined;
  readonly readEnvironment: (pid: number) => Promise<string | undefined>;
}

/** Elsewhere the C library tells it, which takes longer to load than all the rest of a call. */
async function ownSystem(): Promise<System> {
  if (Deno.build.os === "linux") {
    return {
      bootId: readLinuxBootId,
      readProcess: readLinuxProcess,
      // One in the middle of an exec is waited for, by the C library.
      readEnvironment: async (pid) =>
        readLinuxEnvironment(pid) || (await import("./run_marks.ts")).readEnvironment(pid),
    };
  }
  const darwin = await import("./darwin_processes.ts");
  return {
    bootId: darwin.readDarwinBootId,
    readProcess: darwin.readDarwinProcess,
    readEnvironment: (pid) => Promise.resolve(darwin.readDarwinEnvironment(pid)),
  };
}

/**
 * The process that stands behind this one. With names of variables, the nearest ancestor that was itself started without
 * any of them: who sets them for what it starts, an agent. Otherwise the leader of our session, which is the shell of
 * a terminal, the script of a cron job, the shim of a job; and where we lead it, our parent. Never init.
 */
export async function findCallerProcess(
  marks: readonly string[] = [],
): Promise<ProcessIdentity | undefined> {
  const system = await ownSystem();
  const own = system.readProcess(Deno.pid);
  if (own === undefined) return undefined;
  const found = marks.length > 0 ? await findUnmarked(own, marks, system) : findLeader(own, system);
  if (found === undefined || found.pid <= 1 || isZombie(found)) return undefined;
  return { pid: found.pid, startTime: found.startTime, bootId: system.bootId() };
}

function findLeader(own: ProcessEntry, { readProcess }: System): ProcessEntry | undefined {
  const leader = own.session === own.pid ? undefined : readProcess(own.session);
  return leader ?? readProcess(own.ppid);
}

/** An environment that may not be read is somebody else's: the agent is below that. */
async function findUnmarked(
  own: ProcessEntry,
  marks: readonly string[],
  { readProcess, readEnvironment }: System,
): Promise<ProcessEntry | undefined> {
  let last = own;
  for (let left = MOST_ANCESTORS; left > 0; left--) {
    const parent = readProcess(last.ppid);
    if (parent === undefined || parent.pid <= 1) break;
    const environment = await readEnvironment(parent.pid);
    if (environment === undefined) break;
    last = parent;
    if (!hasAny(environment, marks)) return last;
  }
  return last === own ? undefined : last;
}

function hasAny(environment: string, names: readonly string[]): boolean {
  const all = `\0${environment}`;
  return names.some((name) => all.includes(`\0${name}=`));
}

/** Where we are typed into: `pts/3`; undefined without a terminal, or where the system does not tell. */
export function findCallerTerminal(): string | undefined {
  for (const descriptor of [0, 1, 2]) {
    try {
      const path = Deno.readLinkSync(`/proc/self/fd/${descriptor}`);
      const terminal = /^\/dev\/(pts\/\d+|tty\w+)$/.exec(path)?.[1];
      if (terminal !== undefined) return terminal;
    } catch {
      // Closed, or a system without /proc.
    }
  }
  return undefined;
}
