import { assertEquals } from "@std/assert";
import { AppError } from "../../src/base/app_error.ts";
import { silentLogger } from "./silent_logger.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../src/config/settings.ts";
import { EventBus } from "../../src/daemon/jobs/event_bus.ts";
import { LeftBehind } from "../../src/daemon/runs/left_behind.ts";
import { LeaseKeeper } from "../../src/daemon/jobs/lease_keeper.ts";
import { MemoryKeeper } from "../../src/daemon/jobs/memory_keeper.ts";
import { ReadinessKeeper } from "../../src/daemon/jobs/readiness_keeper.ts";
import { ScheduleKeeper } from "../../src/daemon/jobs/schedule_keeper.ts";
import { Supervisor, type SupervisorContext } from "../../src/daemon/jobs/supervisor.ts";
import type { JobSpec } from "../../src/protocol/job_spec.ts";
import { openStore, type Store } from "../../src/store/store.ts";
import { DirectoryEvents } from "../../src/platform/watching/directory_events.ts";
import { WatchKeeper } from "../../src/daemon/jobs/watch_keeper.ts";
import { createLeaseWorld } from "../../src/daemon/jobs/lease.ts";
import { FakeChangeSource } from "./fake_change_source.ts";
import { FakeClock } from "./fake_clock.ts";
import { FakeProcessWatch } from "./fake_process_watch.ts";
import { FakeProbes } from "./fake_probes.ts";
import { FakeRunHost } from "./fake_run_host.ts";

/** A supervisor over a fake operating system, with a real store and time in the test's hand. */
export class FakeWorld implements Disposable {
  readonly #root = Deno.makeTempDirSync({ prefix: "imp-w-" });
  readonly clock = new FakeClock();
  readonly host = new FakeRunHost();
  /** What probes of its jobs find. */
  readonly probes = new FakeProbes();
  /** What happens to watched files, for who has asked last. */
  files = new FakeChangeSource();
  /** Whose end is told to who keeps leases. */
  readonly processes = new FakeProcessWatch();
  readonly events: string[] = [];
  /** What trees hold, by their shims. */
  readonly memoryBytes = new Map<number, number>();
  /** How many trees were looked at each time. */
  readonly memoryLooks: number[] = [];
  readonly store: Store;
  readonly bus: EventBus;
  readonly supervisor: Supervisor;
  /** Does nothing before it begins. */
  readonly schedules: ScheduleKeeper;
  readonly left: LeftBehind;
  /** Of the daemon that counts now. */
  supervisorInUse: Supervisor | undefined;
  settings: Settings = DEFAULT_SETTINGS;
  readonly #watching = new DisposableStack();
  #watchingInUse: WatchKeeper | undefined;
  /** Who looks whether jobs are ready, if anybody does. */
  readinessInUse: ReadinessKeeper | undefined;

  constructor() {
    this.host.uptimeMs = () => this.clock.monotonic();
    this.store = openStore(`${this.#root}/state.db`, { clock: this.clock, logger: silentLogger });
    this.bus = new EventBus(this.store, this.clock);
    this.bus.listen("test", ({ event, data }) => this.events.push(`${event} ${data.status}`));
    this.left = new LeftBehind({
      clock: this.clock,
      host: this.host,
      store: this.store,
      jobs: () => this.supervisor.jobs,
      onChange: (jobId) => this.supervisor.byId(jobId)?.amend({}),
    });
    this.supervisor = this.createSupervisor();
    this.schedules = this.createSchedules();
  }

  /** Another daemon over the same store and the same processes. */
  createSupervisor(): Supervisor {
    return new Supervisor(this.context);
  }

  /** Who looks whether jobs of a daemon are ready. */
  createReadiness(supervisor: Supervisor): ReadinessKeeper {
    return new ReadinessKeeper({
      clock: this.clock,
      logger: silentLogger,
      bus: this.bus,
      supervisor: () => supervisor,
      worldOf: (probed) => this.probes.worldOf(probed, this.clock),
    });
  }

  /** Who starts jobs when their schedules say so. */
  createSchedules(supervisor: Supervisor = this.supervisor): ScheduleKeeper {
    const supervised = () => supervisor;
    return new ScheduleKeeper({
      clock: this.clock,
      logger: silentLogger,
      bus: this.bus,
      supervisor: supervised,
    });
  }

  /** Who ends what uses too much memory. */
  createMemory(supervisor: Supervisor = this.supervisor): MemoryKeeper {
    return new MemoryKeeper({
      ...{ clock: this.clock, rounds: this.clock },
      logger: silentLogger,
      bus: this.bus,
      host: this.host,
      supervisor: () => supervisor,
      measure: (roots) => {
        this.memoryLooks.push(roots.length);
        return roots.map(([shim]) => this.memoryBytes.get(shim!) ?? 0);
      },
    });
  }

  /** Who ends jobs whose leases are over; it is told of the end of processes by `processes`. */
  createLeases(supervisor: Supervisor = this.supervisor): LeaseKeeper {
    return new LeaseKeeper({
      clock: this.clock,
      logger: silentLogger,
      bus: this.bus,
      host: this.host,
      supervisor: () => supervisor,
      watchProcesses: (listener) => {
        this.processes.listener = listener;
        return this.processes;
      },
    });
  }

  /** Watches the files of jobs of a daemon, as far as this class is told of changes. */
  createWatching(supervisor: Supervisor): WatchKeeper {
    return this.#watchingInUse = new WatchKeeper({
      clock: this.clock,
      logger: silentLogger,
      bus: this.bus,
      host: this.host,
      events: new DirectoryEvents({
        clock: this.clock,
        openSource: () => this.files = new FakeChangeSource(),
      }),
      supervisor: () => supervisor,
    });
  }

  /** From now on it is looked whether jobs of a daemon are ready. */
  watch(supervisor: Supervisor = this.supervisor): ReadinessKeeper {
    const readiness = this.createReadiness(supervisor);
    this.#watching.use(readiness);
    readiness.begin();
    return this.readinessInUse = readiness;
  }

  /** What its jobs work with. */
  get context(): SupervisorContext {
    return {
      clock: this.clock,
      store: this.store,
      bus: this.bus,
      host: this.host,
      left: this.left,
      logger: silentLogger,
      settings: () => this.settings,
      usageOf: () => undefined,
      watchingOf: (jobId) => this.#watchingInUse?.watchingOf(jobId),
      random: () => 0.5,
      daemonId: "project-1",
      portUsers: (port) => this.supervisor.ports.usersOf(port),
      portOf: (jobName, name) => this.supervisor.ports.numberOf(jobName, name),
      hasLookedLast: (jobId) => this.readinessInUse?.hasLookedLast(jobId) ?? true,
      neededJob: (name) => (this.supervisorInUse ?? this.supervisor).neededJob(name),
      nextRunOf: (record) => this.schedules.nextOf(record),
      leases: createLeaseWorld(this.host, this.clock),
      tryCommand: this.probes.tryCommand,
      hasLogs: () => false,
      removeLogs: () => {},
      removeRunLogs: () => {},
    };
  }

  [Symbol.dispose](): void {
    this.#watching[Symbol.dispose]();
    this.supervisor.release();
    this.left[Symbol.dispose]();
    this.store[Symbol.dispose]();
    Deno.removeSync(this.#root, { recursive: true });
  }
}

/** A job as a client asks for it. */
export function toSpec(change: Partial<JobSpec> = {}): JobSpec {
  return { command: ["serve"], workdir: "/project", env: { A: "1" }, umask: 0o022, ...change };
}

/** Adds a job and sees it running. */
export async function started(world: FakeWorld, change: Parameters<typeof toSpec>[0] = {}) {
  const { job } = world.supervisor.add(toSpec(change));
  await world.clock.advance(5);
  assertEquals(job.record.status, "running");
  return job;
}

/** A transaction on a full disk. */
export function refuse(): never {
  throw new AppError("store.unwritable", "The disk is full");
}
