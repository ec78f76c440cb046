import { IdleExit } from "../lifecycle/idle_exit.ts";
import { ownMemory } from "../platform/own_memory.ts";
import { isForeignPeer } from "../platform/sockets/peer_check.ts";
import { CAPABILITIES } from "../protocol/capabilities.ts";
import type { StatusSnapshot } from "../protocol/snapshot.ts";
import { createCommandHandlers } from "./execs/command_handlers.ts";
import type { DaemonWork } from "./daemon_work.ts";
import { createAnswering } from "./handlers/dispatch.ts";
import { Server } from "../rpc/server/server.ts";
import { createSnapshot } from "./status/snapshot.ts";
import { Status } from "./status/status.ts";

/** What those who ask and look are told from, and who wants to know of them. */
export interface AudienceOptions {
  readonly snapshot: () => StatusSnapshot;
  /** Told when somebody came or went. */
  readonly idle: IdleExit;
}

/** Ends a daemon that nobody needs, once it has been told to look. */
export function createIdleExit(work: DaemonWork, clients: () => number): IdleExit {
  const { clock, lifecycle, settings, service, supervisor } = work;
  return new IdleExit({
    clock,
    idleExitMs: () => service === null ? settings().idleExitMs : 0,
    isIdle: () => supervisor.isIdle && clients() === 0,
    onIdle: () => lifecycle.shutdown({ reason: "idle", leaveWork: true }),
  });
}

/** How all is now. */
export function takeStatus(work: DaemonWork, clients: () => number): StatusSnapshot {
  const { rounds, execs, logPath = null } = work;
  return createSnapshot({
    ...work,
    clients,
    execs: () => execs.views(),
    rssBytes: ownMemory,
    eventLoopLagMs: () => rounds.lagMs,
    logPath,
    notices: () => noticesOf(work),
  });
}

/** Answers clients; it does not listen yet. */
export function createServer(work: DaemonWork, { snapshot, idle }: AudienceOptions): Server {
  const { paths, wishes } = work;
  return new Server({
    ...work,
    daemonId: paths.id,
    capabilities: CAPABILITIES,
    stateDir: paths.stateDir,
    ...createAnswering({
      ...work,
      commandHandlers: createCommandHandlers(work),
      snapshot,
      notices: () => noticesOf(work),
      eraseOnExit: () => wishes.erase = true,
    }),
    isForeignPeer,
    onConnections: () => idle.update(),
  });
}

/** Tells how all is to whoever looks; it does not listen yet. */
export function createStatus(work: DaemonWork, { snapshot, idle }: AudienceOptions): Status {
  const { sampler, supervisor } = work;
  return new Status({
    ...work,
    snapshot: (samples = true) => {
      if (samples) sampler.refresh();
      return snapshot();
    },
    isAnyUp: () => supervisor.upJobs.length > 0,
    onReaders: () => idle.update(),
  });
}

function noticesOf({ watched }: DaemonWork): string[] {
  return watched.ground?.notices ?? [];
}
