/**
 * `daemon/` is the server role: it keeps the jobs, answers requests and tells what changed. This file puts its parts
 * together, in the order in which they are acquired; each one's undo stands beside it.
 */
import { writeDaemonJson } from "../facts/daemon_json.ts";
import type { IdleExit } from "../lifecycle/idle_exit.ts";
import { live } from "../lifecycle/live.ts";
import { announceReady } from "../platform/spawn/readiness.ts";
import { removeFile } from "../platform/remove_file.ts";
import { openStore } from "../store/store.ts";
import { createIdleExit, createServer, createStatus, takeStatus } from "./daemon_audience.ts";
import { type DaemonCore, openCore } from "./daemon_core.ts";
import { DaemonLocks } from "../lifecycle/daemon_locks.ts";
import { createWork, type DaemonState, type DaemonWork } from "./daemon_work.ts";
import { endExecs } from "../rpc/server/end_execs.ts";
import { EventBus } from "./jobs/event_bus.ts";
import { createDaemonGrounds, liveJobs } from "./daemon_grounds.ts";
import { type OpenGround, openGround } from "../lifecycle/open_ground.ts";
import { openJobs } from "./jobs/open_jobs.ts";
import { shuttingDown, tellLastWords } from "../lifecycle/last_words.ts";
import { endOrphanedExecs } from "./execs/orphaned_execs.ts";
import { reloadSettings } from "./reload_settings.ts";
import type { Projects } from "./projects/projects.ts";
import type { RunDaemonOptions } from "./run_daemon_options.ts";
import { SelfWatch } from "../lifecycle/self_watch.ts";
import type { Server } from "../rpc/server/server.ts";
import { ServiceStatus } from "./status/service_status.ts";
import type { Status } from "./status/status.ts";
import { isSuccessorBetter, startSuccessor } from "./successor.ts";

export type { RunDaemonOptions } from "./run_daemon_options.ts";

/**
 * Is the daemon until it is told to end. Returns the exit code: 0, or 1 when it ended by force.
 * @throws AppError `settings.*`, `permission.*`, `daemon.already_running`, `store.*` when it cannot begin
 */
export async function runDaemon(options: RunDaemonOptions): Promise<number> {
  try {
    return await beDaemon(await openCore(options));
  } catch (error) {
    tellLastWords(error, options);
    throw error;
  }
}

async function beDaemon(core: DaemonCore): Promise<number> {
  const { options, lifecycle, notify, wishes } = core;
  return await live(core, {
    begin: () => notify.follow(lifecycle),
    acquireAll: () => acquireAll(core),
    tellReady,
    afterwards: () => wishes.successor ? startSuccessor(options, core) : undefined,
  });
}

/** Everything that is there while the daemon is. */
interface Daemon extends DaemonWork {
  readonly idle: IdleExit;
  readonly server: Server;
  readonly status: Status;
}

/** In the order of acquisition; the undos run in reverse. */
async function acquireAll(core: DaemonCore): Promise<Daemon> {
  const state = await acquireState(core);
  const daemon = await acquireAudience(createWork(state));
  await acquireWork(daemon);
  await acquireStanding(daemon);
  return daemon;
}

/** The locks that make us the only daemon, and what is kept under them. */
async function acquireState(core: DaemonCore): Promise<DaemonState> {
  const { lifecycle, paths, build, pid, startedAtMs, clock, rounds, counters, wishes } = core;
  const owner = { pid, startedAtMs, build: build.build };
  const locks = await lifecycle.acquire(
    "locks",
    () => DaemonLocks.take(paths, owner),
    (locks) => locks.release(wishes.erase),
  );
  const store = await lifecycle.acquire("store", () => openStore(paths.database, core), dispose);
  const bus = new EventBus(store, clock);
  const activity = () => counters.requests + bus.seq;
  const watch = () => new SelfWatch({ rounds, activity });
  const self = await lifecycle.acquire("self watch", watch, dispose);
  return { ...core, locks, store, bus, self };
}

/** Those who ask and look: nobody is let in yet, and nobody is sent away before the work has ended. */
async function acquireAudience(work: DaemonWork): Promise<Daemon> {
  const { lifecycle } = work;
  const clients = () => server.connections + status.readers;
  const snapshot = () => takeStatus(work, clients);
  const idle = createIdleExit(work, clients);
  const audience = { snapshot, idle };
  const server = await lifecycle.acquire(
    "clients",
    () => createServer(work, audience),
    endClients,
  );
  const status = await lifecycle.acquire(
    "status",
    () => createStatus(work, audience),
    (status) => status[Symbol.asyncDispose](),
  );
  return { ...work, idle, server, status };
}

async function endClients(server: Server): Promise<void> {
  await server.endAll(shuttingDown());
  await server[Symbol.asyncDispose]();
}

/** Takes up what the last daemon left. */
async function acquireWork(daemon: Daemon): Promise<void> {
  const { lifecycle, paths, execs } = daemon;
  // Before the jobs: where it has stayed, their daemon was lost, and the next command starts one to carry on.
  await lifecycle.acquire(
    "daemon.json",
    () => tellWhoWeAre(daemon),
    (_, { hasSuccessor }) => void (hasSuccessor || removeFile(paths.daemonJson)),
  );
  await lifecycle.acquire(
    "jobs",
    () => openJobs(daemon, { ...daemon, revivesLater: daemon.options.revivesLater }),
    (jobs, context) => jobs.close(context),
  );
  await lifecycle.acquire("projects", () => beginProjects(daemon), dispose);
  await lifecycle.acquire(
    "execs",
    () => endOrphanedExecs(daemon),
    (_, context) => endExecs(execs, { ...daemon, context }),
  );
}

/** In their order comes what is to be up, unless somebody has the first word. */
function beginProjects({ projects, options }: Daemon): Projects {
  if (!options.revivesLater) projects.begin();
  return projects;
}

function tellWhoWeAre({ options, paths, pid, startedAtMs, logPath }: DaemonCore): void {
  writeDaemonJson(paths, { ...options, pid, startedAtMs, logPath });
}

/** Lets everybody in, and watches over what is there. */
async function acquireStanding(daemon: Daemon): Promise<void> {
  const { lifecycle, bus, idle, watched } = daemon;
  await lifecycle.acquire("idle exit", () => beginIdleness(daemon), () => dispose(idle));
  await lifecycle.acquire(
    "socket",
    () => listen(daemon),
    // Whoever binds the names next must not lose them to us: so it is over before the locks are let go.
    () => stopListening(daemon),
  );
  watched.ground = await lifecycle.acquire("ground", () => watchGround(daemon), dispose);
  const serviceStatus = await lifecycle.acquire(
    "service status",
    () => openServiceStatus(daemon),
    dispose,
  );
  lifecycle.defer("announcement", ({ leaveWork, reason }) => {
    bus.announce("daemon_stopping", null, { reason, keep_jobs: leaveWork });
  });
  lifecycle.onReload(() => reloadSettings(daemon, serviceStatus));
}

function beginIdleness({ bus, idle }: Daemon): void {
  bus.listen("idle_exit.event", () => idle.update());
  idle.update();
}

async function listen({ paths, server, status }: Daemon): Promise<void> {
  await server.listenAt(paths.socket);
  await status.listenAt(paths.statusSocket);
}

async function stopListening({ server, status }: Daemon): Promise<void> {
  await Promise.all([server.close(), status.close()]);
}

function watchGround(daemon: Daemon): OpenGround {
  const { options, paths, lifecycle, logger, logPath, server, status, wishes } = daemon;
  const standing = {
    ...daemon,
    log: { file: logger, path: logPath },
    sockets: [
      { path: paths.socket, server },
      { path: paths.statusSocket, server: status },
    ],
    writeDaemonJson: () => tellWhoWeAre(daemon),
    writeStatusJson: () => status.writeFile(),
  };
  return openGround({
    ...daemon,
    createGrounds: (directories) => createDaemonGrounds({ ...standing, directories }),
    isBusy: () => liveJobs(daemon).length > 0,
    mayLeave: isSuccessorBetter(options),
    onLost: (reason, isUnreachable) => {
      wishes.successor = isUnreachable;
      void lifecycle.shutdown({ reason, leaveWork: true, hasSuccessor: true });
    },
  });
}

function openServiceStatus(daemon: Daemon): ServiceStatus {
  const { supervisor, settingsInForce } = daemon;
  const countUp = () => supervisor.upJobs.length;
  return new ServiceStatus({ ...daemon, countUp, settings: settingsInForce });
}

function tellReady(
  { options, paths, build, pid, settingsInForce, logger, bus }: DaemonState,
): void {
  bus.announce("daemon_ready", null, { ...build, pid });
  logger.info("daemon ready", { socket: paths.socket });
  settingsInForce.notes.forEach((note) => logger.warn(note));
  if (!options.foreground) announceReady(settingsInForce.notes);
}

function dispose(value: Disposable): void {
  value[Symbol.dispose]();
}
