import type { Surroundings } from "../../base/surroundings.ts";
import type { KeptStream } from "../../platform/spawn/keeper.ts";
import type { TerminalSize } from "../../base/terminal_size.ts";
import type { ProcessIdentity, SignalOutcome } from "../../platform/processes/process_identity.ts";
import type { PortHolder } from "../../platform/processes/port_holders.ts";
import type { OomKills } from "../../platform/oom_kills.ts";
import type { RunMarker } from "../../platform/run_directory.ts";
import type { RunRecord } from "../../store/store.ts";

export type { PortHolder } from "../../platform/processes/port_holders.ts";

/** Where a run's files are. */
export interface RunFiles {
  readonly stdout: string;
  readonly stderr: string;
}

/** Everything a launch needs; `command[0]` is what `commandWord` makes of it. */
export interface LaunchOptions {
  readonly runId: string;
  readonly jobId: string;
  readonly run: number;
  readonly command: readonly string[];
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly umask: number;
  readonly stdin: boolean;
  /** The size of the terminal that it gets; null: none. */
  readonly terminal: TerminalSize | null;
  /** Null: what the daemon has. */
  readonly surroundings: Surroundings | null;
}

/** What was done for the keeper of a stream: a new one put in its place, or told to go on after somebody stopped it. */
export interface KeeperMending {
  readonly stream: KeptStream;
  readonly was: "dead" | "stopped";
}

/** A log that is written to, but no longer at its path. */
export interface StrayLog {
  readonly path: string;
  /** What it is called now; null: nothing, so that nobody can get it back. */
  readonly name: string | null;
}

/** Of both streams. */
export interface OutputProgress {
  readonly waitingBytes: number;
  readonly writtenBytes: number;
}

/** A process that belongs to a run. */
export interface RunMember {
  readonly identity: ProcessIdentity;
  readonly command: string;
  readonly inGroup: boolean;
  /** The shim's own child. */
  readonly isCommand?: boolean;
  /** Nothing but an open file leads to it: it holds the run's output. */
  readonly isHolder?: boolean;
}

/** A process that a run which is over has left. */
export interface LeftProcess extends RunMember {
  readonly jobId: string;
  readonly run: number;
  /** It is neither in the run's session nor at its output, on purpose: a server that serves many runs. */
  readonly hasLetGo: boolean;
}

/** What supervision needs of the operating system; tests put a fake in its place. */
export interface RunHost {
  /** Names this boot of the machine; pids of another one mean nothing here. */
  readonly bootId: string;
  /** How long the machine is up, the time that it slept included. */
  uptimeMs(): number;
  /** What the marks of our runs name as ours. */
  readonly stateDir: string;
  /** The absolute path of a command in the job's own PATH; throws AppError command.*. */
  resolveCommand(name: string, workdir: string, env: Readonly<Record<string, string>>): string;
  /** How often the kernel has killed for want of memory until now, where the jobs are. */
  oomKills(): OomKills;
  /** Makes the run's directory with its `queued` marker and its spec. */
  prepare(runId: string, spec: string): void;
  /** Starts the shim; null where its mark is all that leads to it yet. Throws AppError job.spawn_failed. */
  launch(options: LaunchOptions): ProcessIdentity | null;
  /** To be asked by run_sight.ts alone: a marker is one piece of evidence among others. */
  marker(runId: string): RunMarker;
  /** True while a process of the run holds its output, or its keepers have not come to the end: asked without pids. */
  isOutputOpen(run: RunRecord): boolean;
  /**
   * Whether all that was written until now is in the files. Where somebody may write more, only a close look can tell,
   * which is dear.
   */
  hasOutputSettled(run: RunRecord, isClose: boolean): boolean;
  /** Puts new keepers in the place of dead ones of a run whose shim lives; says which. */
  replaceDeadKeepers(run: RunRecord): KeeperMending[];
  /** Which logs of a run whose keepers live are not at their paths; dear where there are any. */
  strayLogs(run: RunRecord): StrayLog[];
  /** Dear: tells keepers to go on that somebody has stopped; says which. */
  wakeKeepers(run: RunRecord): KeeperMending[];
  /** How many bytes wait for the keepers, and how many are in the files, of a run whose shim lives. */
  outputProgress(run: RunRecord): OutputProgress;
  isAlive(identity: ProcessIdentity): boolean;
  /** The shim of a run whose start was not recorded, by its mark. */
  findShim(run: RunRecord): ProcessIdentity | undefined;
  /** The command's own process: the shim's child, else a process that carries the run's mark. */
  findCommandProcess(run: RunRecord): ProcessIdentity | undefined;
  /** Every process of the run but the shim and zombies; those that have let go only when not spared. */
  members(run: RunRecord, isSparing?: boolean): RunMember[];
  signalGroup(run: RunRecord, signal: string): SignalOutcome;
  signalProcess(identity: ProcessIdentity, signal: string): SignalOutcome;
  /** Gives the terminal that the shim leads another size; false when it leads none. */
  resizeTerminal(shim: ProcessIdentity, size: TerminalSize): Promise<boolean>;
  /** False when the system would not let us. */
  maySignal(identity: ProcessIdentity): boolean;
  /** Who listens on a TCP port, at whatever address; dear where somebody does. */
  findPortHolders(port: number): PortHolder[];
  /** Whether a server could listen on it. */
  isPortFree(port: number): boolean;
  /** The user that a process acts as; undefined when it is gone. */
  ownerOf(pid: number): string | undefined;
  /** What runs that are over have left, of every job. */
  findLeft(query: {
    /** What is theirs is not left. */
    readonly live: readonly RunRecord[];
    /** Runs that have just ended. */
    readonly suspects: readonly RunRecord[];
    /** When the last of them was seen to have ended (monotonic). */
    readonly notBeforeMs?: number | undefined;
    readonly runsLedBy: (pids: readonly number[]) => readonly RunRecord[];
  }): LeftProcess[];
  /** Quick: whether somebody is at the run's output or in its group; that nobody is, is no proof. */
  mayHaveLeft(run: RunRecord): boolean;
  /** A quick proof that the run has left nobody, so many milliseconds after its start; false is none. */
  hasSurelyLeftNobody(run: RunRecord, elapsedMs: number): boolean;
  /** True while somebody holds output of a run of the job, other than of run number `exceptRun`. */
  isAnyOutputOpen(jobId: string, exceptRun?: number): boolean;
  /** Dear: whether output of runs of the job is open only because its keepers have not come to the end of it. */
  areKeepersBusy(jobId: string): boolean;
  /** Who holds output of these jobs' runs for writing, whatever he is: dear, so to be asked when it is known to be open. */
  findHolders(jobIds: readonly string[]): LeftProcess[];
  /** The pids of our own shims that have ended since the last call; they are no zombies any more. */
  takeExits(): ReadonlySet<number>;
  /** How a shim of ours ended by itself; undefined for one that was killed, or is another daemon's. */
  exitOf(shim: ProcessIdentity): { readonly code: number; readonly atMs: number } | undefined;
  /** False when the directory of a run that goes on was taken away, or what makes sense of it. */
  isWhole(runId: string): boolean;
  /** Makes the directory again, so that the end of the run can be written down in it. */
  remake(runId: string, spec: string): void;
  /** Removes the run's directory, once its end is stored. */
  discard(runId: string): void;
  files(jobId: string, run: number): RunFiles;
}
