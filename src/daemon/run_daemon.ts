/**
 * `daemon/` is the server role: it keeps the jobs, answers requests and tells what changed. This file puts its parts
 * together, in the order in which they are acquired; each step's undo stands beside it.
 */
import type { DaemonLog } from "../lifecycle/daemon_log.ts";
import { writeDaemonJson } from "../facts/daemon_json.ts";
import { openExecJournal } from "../facts/exec_journal.ts";
import { reportFailures } from "../lifecycle/failure_report.ts";
import { IdleExit } from "../lifecycle/idle_exit.ts";
import { Lifecycle } from "../lifecycle/lifecycle.ts";
import { serviceManagerOf, type ServiceNotify } from "../lifecycle/service_notify.ts";
import { followSignals } from "../lifecycle/signal_plan.ts";
import { environmentVariable } from "../platform/host.ts";
import { onSignal } from "../platform/os_signals.ts";
import { ensureDirs, type ImpPaths } from "../platform/paths.ts";
import { isForeignPeer } from "../platform/peer_check.ts";
import { ownMemory } from "../platform/own_memory.ts";
import { currentPid } from "../platform/own_process.ts";
import { announceReady } from "../platform/readiness.ts";
import { removeFile } from "../platform/remove_file.ts";
import { systemClock } from "../platform/system_clock.ts";
import type { Counters, StatusSnapshot } from "../protocol/snapshot.ts";
import { openStore, type Store } from "../store/store.ts";
import { createCommandHandlers } from "./command_handlers.ts";
import { createCounters } from "./counters.ts";
import { DaemonLocks } from "./daemon_locks.ts";
import { createAnswering } from "./dispatch.ts";
import { endExecs } from "./end_execs.ts";
import { EventBus } from "./event_bus.ts";
import { ExecRegistry } from "./exec_registry.ts";
import type { DaemonParts } from "./handler.ts";
import { Holds } from "./holds.ts";
import { type OpenGround, openGround } from "./open_ground.ts";
import { type OpenJobs, openJobs } from "./open_jobs.ts";
import { shuttingDown, tellLastWords } from "./last_words.ts";
import { logPathOf, logSettingsOf, openLog } from "./open_log.ts";
import { endOrphanedExecs } from "./orphaned_execs.ts";
import { openServiceNotify } from "./open_service_notify.ts";
import { createOsRunHost } from "./os_run_host.ts";
import type { RunDaemonOptions } from "./run_daemon_options.ts";
import { SelfWatch } from "./self_watch.ts";
import { Server } from "./server.ts";
import { ServiceStatus } from "./service_status.ts";
import { SettingsInForce } from "./settings_in_force.ts";
import { createSnapshot } from "./snapshot.ts";
import { Status } from "./status.ts";
import { isSuccessorBetter, startSuccessor } from "./successor.ts";

export type { RunDaemonOptions } from "./run_daemon_options.ts";

/**
 * Is the daemon until it is told to end. Returns the exit code: 0, or 1 when it ended by force.
 * @throws AppError `settings.*`, `permission.*`, `daemon.already_running`, `store.*` when it cannot begin
 */
export async function runDaemon(options: RunDaemonOptions): Promise<number> {
  try {
    return await beDaemon(options);
  } catch (error) {
    tellLastWords(error, options);
    throw error;
  }
}

async function beDaemon(options: RunDaemonOptions): Promise<number> {
  const settings = await SettingsInForce.open(options);
  ensureDirs(options.paths);
  const daemon = new Daemon(options, settings);
  return await daemon.run();
}

class Daemon {
  readonly #options: RunDaemonOptions;
  readonly #paths: ImpPaths;
  readonly #clock = systemClock;
  readonly #log: DaemonLog;
  readonly #lifecycle: Lifecycle;
  readonly #notify: ServiceNotify;
  readonly #counters: Counters = createCounters();
  readonly #startedAtMs = systemClock.now();
  readonly #startedAtMonotonic = systemClock.monotonic();
  readonly #pid = currentPid();
  readonly #holds = new Holds();
  readonly #execs: ExecRegistry;
  readonly #settings: SettingsInForce;
  #locks!: DaemonLocks;
  #store!: Store;
  #bus!: EventBus;
  #jobs!: OpenJobs;
  #parts!: DaemonParts;
  #server!: Server;
  #status!: Status;
  #idle!: IdleExit;
  #ground!: OpenGround;
  #self!: SelfWatch;
  #serviceStatus: ServiceStatus | undefined;
  #erase = false;
  /** Nobody finds us any more: another daemon is to be there when we have gone. */
  #isUnreachable = false;

  constructor(options: RunDaemonOptions, settings: SettingsInForce) {
    this.#options = options;
    this.#paths = options.paths;
    this.#execs = new ExecRegistry(this.#pid, openExecJournal(options.paths.execsDir));
    this.#settings = settings;
    this.#log = openLog(options, settings.values, this.#clock);
    this.#lifecycle = new Lifecycle({
      clock: this.#clock,
      logger: this.#log,
      shutdownTimeoutMs: () => this.#settings.values.shutdownTimeoutMs,
    });
    this.#notify = openServiceNotify(this.#clock, this.#pid);
  }

  async run(): Promise<number> {
    using _log = this.#log;
    using _door = reportFailures({ clock: this.#clock, logger: this.#log });
    using _signals = followSignals({
      lifecycle: this.#lifecycle,
      logger: this.#log,
      reopenLog: () => this.#log.reopen(),
      onSignal,
    });
    const [{ id }, { build }] = [this.#paths, this.#options];
    this.#log.info("daemon starting", { id, pid: this.#pid, ...build });
    this.#registerSteps();
    this.#notify.follow(this.#lifecycle);
    await this.#lifecycle.init();
    if (this.#lifecycle.phase === "ready") this.#ready();
    const code = await this.#lifecycle.finished;
    if (this.#isUnreachable) await startSuccessor(this.#options, this.#common);
    this.#log.info("daemon ended", { code });
    return code;
  }

  /** In the order of acquisition; the undos run in reverse. */
  #registerSteps(): void {
    const steps = this.#lifecycle;
    steps.register({ name: "settings", reload: () => this.#reload() });
    steps.register({
      name: "locks",
      start: () => this.#takeLocks(),
      stop: () => this.#locks.release(this.#erase),
    });
    steps.register({
      name: "store",
      start: () => this.#openStore(),
      stop: () => this.#store[Symbol.dispose](),
    });
    this.#registerService(steps);
  }

  #registerService(steps: Lifecycle): void {
    steps.register({
      name: "clients",
      start: () => this.#openServer(),
      stop: () => this.#endClients(),
    });
    steps.register({
      name: "status",
      start: () => this.#openStatus(),
      stop: () => this.#status[Symbol.asyncDispose](),
    });
    // Before the jobs: where it has stayed, their daemon was lost, and the next command starts one to carry on.
    steps.register({
      name: "daemon.json",
      start: () => this.#writeDaemonJson(),
      stop: ({ hasSuccessor }) => void (hasSuccessor || removeFile(this.#paths.daemonJson)),
    });
    steps.register({
      name: "jobs",
      start: () => this.#openJobs(),
      stop: (context) => this.#jobs.close(context),
    });
    steps.register({
      name: "execs",
      start: () => endOrphanedExecs(this.#common),
      stop: (context) => endExecs(this.#execs, { ...this.#common, context }),
    });
    steps.register({
      name: "idle exit",
      start: () => this.#watchIdleness(),
      stop: () => this.#idle[Symbol.dispose](),
    });
    steps.register({
      name: "socket",
      start: () => this.#listen(),
      stop: () => this.#stopListening(),
    });
    steps.register({
      name: "ground",
      start: () => this.#watchGround(),
      stop: () => this.#ground[Symbol.dispose](),
    });
    steps.register({
      name: "service status",
      start: () => this.#tellService(),
      stop: () => this.#serviceStatus?.[Symbol.dispose](),
    });
    steps.register({
      name: "announcement",
      stop: ({ leaveWork }) => this.#announceStop(leaveWork),
    });
  }

  #takeLocks(): void {
    const { build } = this.#options.build;
    const owner = { pid: this.#pid, startedAtMs: this.#startedAtMs, build };
    this.#locks = DaemonLocks.take(this.#paths, owner);
  }

  #openStore(): void {
    this.#store = openStore(this.#paths.database, { clock: this.#clock, logger: this.#log });
    this.#bus = new EventBus(this.#store, this.#clock);
  }

  get #common() {
    return {
      paths: this.#paths,
      clock: this.#clock,
      logger: this.#log,
      settings: () => this.#settings.values,
      counters: this.#counters,
    };
  }

  #openJobs(): void {
    const activity = () => this.#counters.requests + this.#bus.seq;
    this.#self = new SelfWatch({ clock: this.#clock, activity });
    this.#jobs = openJobs({
      ...this.#common,
      revivesLater: this.#options.revivesLater,
      store: this.#store,
      bus: this.#bus,
      host: createOsRunHost(this.#paths),
      holds: this.#holds,
    });
    this.#parts = this.#createParts();
  }

  #openServer(): void {
    this.#server = new Server({
      ...this.#common,
      daemonId: this.#paths.id,
      pid: this.#pid,
      build: this.#options.build,
      capabilities: ["events", "exec"],
      stateDir: this.#paths.stateDir,
      ...createAnswering(() => this.#parts),
      isForeignPeer,
      onConnections: () => this.#idle?.update(),
    });
  }

  #openStatus(): void {
    this.#status = new Status({
      ...this.#common,
      bus: this.#bus,
      snapshot: () => {
        this.#jobs.sampler.refresh();
        return this.#snapshot();
      },
      isAnyUp: () => this.#jobs.supervisor.upJobs.length > 0,
      onReaders: () => this.#idle?.update(),
    });
  }

  async #listen(): Promise<void> {
    await this.#server.listenAt(this.#paths.socket);
    await this.#status.listenAt(this.#paths.statusSocket);
  }

  /** Whoever binds the names next must not lose them to us: so it is over before the locks are let go. */
  async #stopListening(): Promise<void> {
    await Promise.all([this.#server.close(), this.#status.close()]);
  }

  async #endClients(): Promise<void> {
    await this.#server.endAll(shuttingDown());
    await this.#server[Symbol.asyncDispose]();
    this.#self?.[Symbol.dispose]();
  }

  #writeDaemonJson(): void {
    const facts = { ...this.#options, pid: this.#pid, startedAtMs: this.#startedAtMs };
    writeDaemonJson(this.#paths, { ...facts, logPath: logPathOf(facts) });
  }

  #watchIdleness(): void {
    const isService = this.#service() !== null;
    this.#idle = new IdleExit({
      clock: this.#clock,
      idleExitMs: () => isService ? 0 : this.#settings.values.idleExitMs,
      isIdle: () => this.#jobs.supervisor.isIdle && this.#clients() === 0,
      onIdle: () => this.#lifecycle.shutdown({ reason: "idle", leaveWork: true }),
    });
    this.#bus.listen("idle_exit.event", () => this.#idle.update());
    this.#idle.update();
  }

  #tellService(): void {
    this.#serviceStatus = new ServiceStatus({
      clock: this.#clock,
      bus: this.#bus,
      notify: this.#notify,
      countUp: () => this.#jobs.supervisor.upJobs.length,
      settings: this.#settings,
    });
  }

  #watchGround(): void {
    this.#ground = openGround({
      ...this.#common,
      ...this.#jobs,
      locks: this.#locks,
      store: this.#store,
      log: { file: this.#log, path: logPathOf(this.#options) },
      sockets: [
        { path: this.#paths.socket, server: this.#server },
        { path: this.#paths.statusSocket, server: this.#status },
      ],
      writeDaemonJson: () => this.#writeDaemonJson(),
      writeStatusJson: () => this.#status.writeFile(),
      mayLeave: isSuccessorBetter(this.#options),
      onLost: (reason, isUnreachable) => {
        this.#isUnreachable = isUnreachable;
        void this.#lifecycle.shutdown({ reason, leaveWork: true, hasSuccessor: true });
      },
    });
  }

  #ready(): void {
    this.#bus.announce("daemon_ready", null, { ...this.#options.build, pid: this.#pid });
    this.#log.info("daemon ready", { socket: this.#paths.socket });
    this.#settings.notes.forEach((note) => this.#log.warn(note));
    if (!this.#options.foreground) announceReady(this.#settings.notes);
  }

  #announceStop(leaveWork: boolean): void {
    const reason = this.#lifecycle.request?.reason ?? "";
    this.#bus.announce("daemon_stopping", null, { reason, keep_jobs: leaveWork });
  }

  async #reload(): Promise<{ changed: string[]; needsRestart: string[] }> {
    const diff = await this.#settings.reload().finally(() => this.#serviceStatus?.tell());
    this.#log.configure(logSettingsOf(this.#settings.values, this.#options));
    this.#settings.notes.forEach((note) => this.#log.warn(note));
    this.#idle.update();
    this.#bus.announce("daemon_reloaded", null, { changed: diff.changed });
    return diff;
  }

  #service(): string | null {
    return serviceManagerOf(environmentVariable) ?? (this.#notify.isWatched ? "systemd" : null);
  }

  #createParts(): DaemonParts {
    return {
      ...this.#common,
      ...this.#jobs,
      bus: this.#bus,
      store: this.#store,
      build: this.#options.build,
      pid: this.#pid,
      lifecycle: this.#lifecycle,
      holds: this.#holds,
      execs: this.#execs,
      commandHandlers: createCommandHandlers(this.#common),
      settingsInForce: this.#settings,
      snapshot: () => this.#snapshot(),
      notices: () => this.#ground?.notices ?? [],
      eraseOnExit: () => this.#erase = true,
    };
  }

  #snapshot(): StatusSnapshot {
    return createSnapshot({
      clock: this.#clock,
      paths: this.#paths,
      build: this.#options.build,
      pid: this.#pid,
      startedAtMs: this.#startedAtMs,
      startedAtMonotonic: this.#startedAtMonotonic,
      supervisor: this.#jobs.supervisor,
      bus: this.#bus,
      counters: this.#counters,
      clients: () => this.#clients(),
      execs: () => this.#execs.views(),
      rssBytes: ownMemory,
      eventLoopLagMs: () => this.#self.lagMs,
      logPath: logPathOf(this.#options) ?? null,
      service: this.#service(),
      notices: () => this.#ground?.notices ?? [],
    });
  }

  #clients(): number {
    return this.#server.connections + this.#status.readers;
  }
}
