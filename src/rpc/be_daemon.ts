import type { Clock } from "../base/clock.ts";
import type { BuildInfo } from "../base/version.ts";
import { DEFAULT_SETTINGS, type Settings } from "../config/settings.ts";
import { writeDaemonJson } from "../facts/daemon_json.ts";
import type { DaemonLog } from "../lifecycle/daemon_log.ts";
import { DaemonLocks } from "../lifecycle/daemon_locks.ts";
import { GroundMaker } from "../lifecycle/ground.ts";
import { IdleExit } from "../lifecycle/idle_exit.ts";
import { shuttingDown, tellLastWords } from "../lifecycle/last_words.ts";
import { Lifecycle } from "../lifecycle/lifecycle.ts";
import { live } from "../lifecycle/live.ts";
import { type OpenGround, openGround } from "../lifecycle/open_ground.ts";
import { logPathOf, openLog } from "../lifecycle/open_log.ts";
import { createStandingGrounds } from "../lifecycle/standing_grounds.ts";
import { Rounds } from "../lifecycle/rounds.ts";
import { SelfWatch } from "../lifecycle/self_watch.ts";
import { currentPid } from "../platform/own_process.ts";
import { ensureDirs } from "../platform/ensure_dirs.ts";
import type { ImpPaths } from "../platform/paths.ts";
import { removeFile } from "../platform/remove_file.ts";
import { isForeignPeer } from "../platform/sockets/peer_check.ts";
import { announceReady } from "../platform/spawn/readiness.ts";
import { systemClock } from "../platform/system_clock.ts";
import type { Counters } from "../protocol/snapshot.ts";
import { answerClient } from "./answer_client.ts";
import type {
  ApplicationHandler,
  ApplicationLimits,
  ApplicationOptions,
} from "./application_options.ts";
import type { OwnProgram } from "./own_program.ts";
import { createCounters } from "./server/counters.ts";
import { endExecs } from "./server/end_execs.ts";
import { ExecRegistry } from "./server/exec_registry.ts";
import { Server } from "./server/server.ts";

/** How long a new daemon may take, where the program does not say. */
const START_LIMIT_MS = 5_000;
/** More at once is no quicker: a handler's output is copied. */
const CHUNK_BYTES = 64 * 1024;

/** What the daemon has from its first moment on. */
interface Core {
  readonly options: ApplicationOptions;
  readonly paths: ImpPaths;
  readonly build: BuildInfo;
  readonly pid: number;
  readonly startedAtMs: number;
  readonly clock: Clock;
  /** For what is looked at again and again. */
  readonly rounds: Rounds;
  readonly logger: DaemonLog;
  readonly logPath: string | undefined;
  readonly settings: () => Settings;
  readonly counters: Counters;
  readonly lifecycle: Lifecycle;
  readonly execs: ExecRegistry;
  /** Whether nothing is left on disk when it has gone. */
  readonly wishes: { erase: boolean };
}

/**
 * Is the daemon until it is told to end. Returns the exit code: 0, or 1 when it ended by force.
 * @throws AppError `permission.*`, `daemon.already_running`; what the handler cannot be made for
 */
export async function beDaemon(
  program: OwnProgram,
  { foreground }: { readonly foreground: boolean },
): Promise<number> {
  try {
    const core = openCore(program, foreground);
    return await live(core, {
      acquireAll: () => acquireAll(core),
      tellReady: () => {
        core.logger.info("daemon ready", { socket: core.paths.socket });
        if (!foreground) announceReady();
      },
    });
  } catch (error) {
    tellLastWords(error, { foreground });
    throw error;
  }
}

function openCore({ options, paths, build }: OwnProgram, foreground: boolean): Core {
  const clock = systemClock;
  const settings = settingsOf(options.limits);
  const { logLevel: level, logFormat: format, daemonLogMaxBytes, daemonLogKept } = settings;
  ensureDirs(paths);
  const choice = { paths, foreground };
  const limits = { level, format, maxBytes: daemonLogMaxBytes, kept: daemonLogKept };
  const logger = openLog(choice, limits, clock);
  const pid = currentPid();
  return {
    ...{ options, paths, build, pid, clock, logger },
    rounds: new Rounds(clock),
    counters: createCounters(),
    startedAtMs: clock.now(),
    logPath: logPathOf(choice),
    settings: () => settings,
    lifecycle: new Lifecycle({
      clock,
      logger,
      shutdownTimeoutMs: () => settings.shutdownTimeoutMs,
    }),
    execs: new ExecRegistry(pid),
    wishes: { erase: false },
  };
}

/** What goes by default for imp goes for others, where they say nothing. */
function settingsOf(limits: ApplicationLimits = {}): Settings {
  const standard = DEFAULT_SETTINGS;
  const maxCommandBytes = limits.commandBytes ?? standard.maxCommandBytes;
  return {
    ...standard,
    maxCommandBytes,
    // As JSON, a byte of a text can take six.
    maxFrameBytes: Math.max(standard.maxFrameBytes, 6 * maxCommandBytes),
    idleExitMs: limits.idleExitMs ?? standard.idleExitMs,
    execKillGraceMs: limits.graceMs ?? standard.execKillGraceMs,
    execChunkBytes: limits.chunkBytes ?? CHUNK_BYTES,
    maxConnections: limits.connections ?? standard.maxConnections,
  };
}

/** In the order of acquisition; the undos run in reverse. */
async function acquireAll(core: Core): Promise<Server> {
  const { lifecycle, paths, options, rounds, execs, wishes } = core;
  const locks = await lifecycle.acquire(
    "locks",
    () => DaemonLocks.take(paths, { ...core, build: core.build.build }),
    (locks) => locks.release(wishes.erase),
  );
  const activity = () => core.counters.requests;
  await lifecycle.acquire("self watch", () => new SelfWatch({ rounds, activity }), dispose);
  const handler = await lifecycle.acquire(
    "handler",
    () => openHandler(options),
    (handler) => handler.close?.(),
  );
  const server: Server = await lifecycle.acquire(
    "clients",
    () => createServer(core, handler, () => idle.update()),
    endClients,
  );
  await lifecycle.acquire(
    "daemon.json",
    () => writeDaemonJson(paths, core),
    (_, { hasSuccessor }) => void (hasSuccessor || removeFile(paths.daemonJson)),
  );
  lifecycle.defer("commands", (context) => endExecs(execs, { ...core, context }));
  const idle = await lifecycle.acquire("idle exit", () => createIdleExit(core, server), dispose);
  idle.update();
  await lifecycle.acquire("socket", () => server.listenAt(paths.socket), () => server.close());
  await lifecycle.acquire("ground", () => watchGround(core, locks, server), dispose);
  return server;
}

async function openHandler({ handler }: ApplicationOptions): Promise<ApplicationHandler> {
  return typeof handler === "function" ? await handler() : handler;
}

function createServer(core: Core, handler: ApplicationHandler, onConnections: () => void): Server {
  const { paths } = core;
  return new Server({
    ...core,
    daemonId: paths.id,
    capabilities: ["exec"],
    stateDir: paths.stateDir,
    dispatch: answerClient({
      ...core,
      handler,
      eraseOnExit: () => core.wishes.erase = true,
    }),
    mayReply: () => undefined,
    isForeignPeer,
    onConnections,
  });
}

async function endClients(server: Server): Promise<void> {
  await server.endAll(shuttingDown());
  await server[Symbol.asyncDispose]();
}

/** Nobody needs a daemon that nobody calls: what is in its memory is there to be quicker, and no more. */
function createIdleExit(core: Core, server: Server): IdleExit {
  const { clock, lifecycle, settings, execs, counters, options } = core;
  const { startMs = START_LIMIT_MS } = options.limits ?? {};
  return new IdleExit({
    clock,
    idleExitMs: () => {
      const { idleExitMs } = settings();
      // Whoever has started it may still be on the way.
      const isAwaited = idleExitMs > 0 && counters.connections === 0;
      return isAwaited ? Math.max(idleExitMs, startMs) : idleExitMs;
    },
    isIdle: () => server.connections === 0 && execs.all.length === 0,
    onIdle: () => lifecycle.shutdown({ reason: "idle", leaveWork: true }),
  });
}

function watchGround(core: Core, locks: DaemonLocks, server: Server): OpenGround {
  const { paths, clock, rounds, logger, logPath, lifecycle } = core;
  const standing = {
    ...{ paths, locks },
    log: { file: logger, path: logPath },
    sockets: [{ path: paths.socket, server }],
  };
  return openGround({
    ...{ paths, clock, rounds, logger, locks },
    createGrounds: (directories) => {
      const grounds = createStandingGrounds(new GroundMaker(clock), { ...standing, directories });
      return () => grounds;
    },
    isBusy: () => false,
    mayLeave: true,
    onLost: (reason) => lifecycle.shutdown({ reason, leaveWork: true, hasSuccessor: true }),
  });
}

function dispose(value: Disposable): void {
  value[Symbol.dispose]();
}
