import { AppError } from "../../src/base/app_error.ts";
import { parseRunId } from "../../src/base/ids.ts";
import type {
  KeeperMending,
  LaunchOptions,
  LeftProcess,
  PortHolder,
  RunHost,
  RunMember,
} from "../../src/daemon/runs/run_host.ts";
import type {
  ProcessIdentity,
  SignalOutcome,
} from "../../src/platform/processes/process_identity.ts";
import type { RunMarker } from "../../src/platform/run_directory.ts";
import type { RunRecord } from "../../src/store/store.ts";

/** A process of the fake world. */
interface FakeProcess {
  readonly identity: ProcessIdentity;
  readonly runId: string;
  readonly isShim: boolean;
  readonly hasLetGo: boolean;
  readonly isHidden: boolean;
  /** Signals that it takes as a remark. */
  readonly ignores: ReadonlySet<string>;
}

/** How the commands of the fake world behave. */
export interface FakeBehaviour {
  /** Thrown by the next launch. */
  launchError?: AppError | undefined;
  /** What commands ignore; KILL can be among it, for a process that the kernel holds. */
  ignores?: readonly string[];
  /** The processes of this run have become another user's. */
  foreign?: string | undefined;
  /** Shims stay at `queued` until `begin` is called. */
  isSlow?: boolean;
  /** How often its kernel has killed for want of memory. */
  oomKills?: number;
}

/** An operating system that does what it is told: processes are entries, markers are values. */
export class FakeRunHost implements RunHost {
  bootId = "boot";
  /** How long the machine is up, as a test says. */
  uptimeMs: () => number = () => 0;
  readonly behaviour: FakeBehaviour = {};
  readonly launched: LaunchOptions[] = [];
  readonly signals: string[] = [];
  readonly discarded: string[] = [];
  readonly #markers = new Map<string, RunMarker>();
  readonly #processes: FakeProcess[] = [];
  readonly #ended = new Set<number>();
  #nextPid = 100;

  resolveCommand = (name: string): string => {
    if (name !== "missing") return `/bin/${name}`;
    throw new AppError("command.not_found", 'Command not found: "missing"');
  };

  oomKills = () => ({ cgroup: this.behaviour.oomKills ?? 0, machine: null });

  prepare = (runId: string): void => void this.#markers.set(runId, { kind: "queued" });

  launch = (options: LaunchOptions): ProcessIdentity => {
    const { launchError, isSlow } = this.behaviour;
    this.behaviour.launchError = undefined;
    if (launchError) throw launchError;
    this.launched.push(options);
    const shim = this.#spawn(options.runId, { isShim: true });
    if (!isSlow) this.begin(options.runId);
    return shim;
  };

  /** The shim of the run begins its command. */
  begin(runId: string): void {
    this.#markers.set(runId, { kind: "running" });
    this.#spawn(runId, { isShim: false });
  }

  /** The command ends, and the shim writes it down. */
  exit(runId: string, code: number, endedAtMs: number): void {
    this.#markers.set(runId, { kind: "exit", code, endedAtMs });
    this.#remove((process) => process.runId === runId && !this.#isStray(process));
  }

  /** A process of the run that is not the command; hidden: only its open files lead to it. */
  stray(runId: string, traits: { hasLetGo?: boolean; isHidden?: boolean } = {}): ProcessIdentity {
    return this.#spawn(runId, { isShim: false, ...traits });
  }

  /** KILL from outside. */
  kill(identity: ProcessIdentity): void {
    this.#remove((process) => process.identity.pid === identity.pid);
  }

  shimOf(runId: string): ProcessIdentity {
    return this.#processes.find((process) => process.runId === runId && process.isShim)!.identity;
  }

  marker = (runId: string): RunMarker => this.#markers.get(runId) ?? { kind: "none" };

  isOutputOpen = (run: RunRecord): boolean =>
    this.#processes.some((process) => process.runId === run.runId);

  hasOutputSettled = (): boolean => true;

  replaceDeadKeepers = (): KeeperMending[] => [];

  strayLogs = () => [];

  wakeKeepers = (): KeeperMending[] => [];

  outputProgress = () => ({ waitingBytes: 0, writtenBytes: 0 });

  readonly stateDir = "/state";

  /** Who listens on which port. */
  readonly portHolders: PortHolder[] = [];

  findPortHolders = (port: number): PortHolder[] =>
    this.portHolders.filter((holder) => holder.port === port);

  isPortFree = (port: number): boolean => this.findPortHolders(port).length === 0;

  resizeTerminal = (): Promise<boolean> => Promise.resolve(false);

  areKeepersBusy = (): boolean => false;

  isAlive = (identity: ProcessIdentity): boolean =>
    this.#processes.some((process) => process.identity.pid === identity.pid);

  findShim = (run: RunRecord): ProcessIdentity | undefined =>
    this.#processes.find((process) => process.runId === run.runId && process.isShim)?.identity;

  findCommandProcess = (run: RunRecord): ProcessIdentity | undefined =>
    this.#processes.find((process) => process.runId === run.runId && !process.isShim)?.identity;

  members = (run: RunRecord, isSparing = false): RunMember[] =>
    this.#processes.filter(({ runId, isShim, isHidden, hasLetGo }) =>
      runId === run.runId && !isShim && !isHidden && !(isSparing && hasLetGo)
    ).map(({ identity, hasLetGo }) => ({ identity, command: "fake", inGroup: !hasLetGo }));

  signalGroup = (run: RunRecord, signal: string): SignalOutcome => {
    this.signals.push(`group ${signal}`);
    const group = this.members(run).filter(({ inGroup }) => inGroup);
    return summaryOf(group.map(({ identity }) => this.#deliver(identity, signal)));
  };

  signalProcess = (identity: ProcessIdentity, signal: string): SignalOutcome => {
    this.signals.push(`${identity.pid} ${signal}`);
    return this.#deliver(identity, signal);
  };

  maySignal = (identity: ProcessIdentity): boolean => this.ownerOf(identity.pid) !== "root";

  ownerOf = (pid: number): string | undefined => {
    const found = this.#processes.find((process) => process.identity.pid === pid);
    return found && (this.#isForeign(found) ? "root" : "me");
  };

  findLeft: RunHost["findLeft"] = ({ live }) => {
    const runs = new Set(live.map(({ runId }) => runId));
    return this.#processes.filter(({ runId, isShim, isHidden }) =>
      !isShim && !isHidden && !runs.has(runId)
    ).map(toLeftProcess);
  };

  mayHaveLeft = (run: RunRecord): boolean =>
    this.#processes.some((process) => process.runId === run.runId && !process.isShim);

  hasSurelyLeftNobody = (): boolean => false;

  isAnyOutputOpen = (jobId: string, exceptRun?: number): boolean =>
    this.#holders(jobId).some(({ runId }) => parseRunId(runId)!.run !== exceptRun);

  findHolders = (jobIds: readonly string[]): LeftProcess[] =>
    jobIds.flatMap((jobId) => this.#holders(jobId)).map(toLeftProcess);

  #holders(jobId: string): FakeProcess[] {
    return this.#processes.filter(({ runId, isShim, hasLetGo }) =>
      !isShim && !hasLetGo && parseRunId(runId)?.jobId === jobId
    );
  }

  takeExits = (): ReadonlySet<number> => {
    const ended = new Set(this.#ended);
    this.#ended.clear();
    return ended;
  };

  exitOf = (): undefined => undefined;

  isWhole = (): boolean => true;

  remake = (): void => {};

  discard = (runId: string): void => {
    this.discarded.push(runId);
    this.#markers.delete(runId);
  };

  files = (jobId: string, run: number) => ({
    stdout: `/logs/${jobId}/${run}.stdout.log`,
    stderr: `/logs/${jobId}/${run}.stderr.log`,
  });

  #isStray({ identity, runId, isShim }: FakeProcess): boolean {
    return !isShim && this.findCommandProcess({ runId } as RunRecord)?.pid !== identity.pid;
  }

  #isForeign({ runId, isShim }: FakeProcess): boolean {
    return !isShim && this.behaviour.foreign === runId;
  }

  #deliver(identity: ProcessIdentity, signal: string): SignalOutcome {
    const process = this.#processes.find((each) => each.identity.pid === identity.pid);
    if (process === undefined) return "gone";
    if (this.#isForeign(process)) return "refused";
    if (["SIGCONT", "SIGSTOP"].includes(signal) || process.ignores.has(signal)) return "sent";
    const isCommand = !this.#isStray(process);
    const code = signal === "SIGKILL" ? 137 : 143;
    if (isCommand && this.isOutputOpen({ runId: process.runId } as RunRecord)) {
      if (this.findShim({ runId: process.runId } as RunRecord)) this.exit(process.runId, code, 0);
    }
    this.kill(identity);
    return "sent";
  }

  #spawn(
    runId: string,
    { isShim, hasLetGo = false, isHidden = false }: {
      isShim: boolean;
      hasLetGo?: boolean;
      isHidden?: boolean;
    },
  ): ProcessIdentity {
    const pid = this.#nextPid++;
    const identity = { pid, startTime: String(pid), bootId: this.bootId };
    const ignores = new Set(isShim ? [] : this.behaviour.ignores ?? []);
    this.#processes.push({ identity, runId, isShim, hasLetGo, isHidden, ignores });
    return identity;
  }

  #remove(isGone: (process: FakeProcess) => boolean): void {
    const gone = new Set(this.#processes.filter(isGone));
    for (const { identity, isShim } of gone) if (isShim) this.#ended.add(identity.pid);
    const left = this.#processes.filter((process) => !gone.has(process));
    this.#processes.splice(0, this.#processes.length, ...left);
  }
}

function summaryOf(outcomes: readonly SignalOutcome[]): SignalOutcome {
  if (outcomes.includes("sent")) return "sent";
  return outcomes.includes("refused") ? "refused" : "gone";
}

function toLeftProcess({ identity, runId, hasLetGo, isHidden }: FakeProcess): LeftProcess {
  const id = parseRunId(runId)!;
  return { identity, command: "fake", inGroup: false, isHolder: isHidden, hasLetGo, ...id };
}
