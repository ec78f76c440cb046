import { type Clock, toIsoTime } from "../../base/clock.ts";
import type { BuildInfo } from "../../base/version.ts";
import type { ImpPaths } from "../../platform/paths.ts";
import { SNAPSHOT_SCHEMA_VERSION } from "../../protocol/read_snapshot.ts";
import type { Counters, ExecView, StatusSnapshot } from "../../protocol/snapshot.ts";
import type { EventBus } from "../jobs/event_bus.ts";
import type { Supervisor } from "../jobs/supervisor.ts";

/** What a snapshot is made of. */
export interface SnapshotSources {
  readonly clock: Clock;
  readonly paths: ImpPaths;
  readonly build: BuildInfo;
  readonly pid: number;
  readonly startedAtMs: number;
  readonly startedAtMonotonic: number;
  readonly supervisor: Supervisor;
  readonly bus: EventBus;
  readonly counters: Counters;
  readonly clients: () => number;
  readonly execs: () => ExecView[];
  readonly rssBytes: () => number;
  readonly eventLoopLagMs: () => number;
  readonly logPath: string | null;
  readonly service: string | null;
  readonly notices: () => string[];
}

/** Everything a screen needs, as it is now. */
export function createSnapshot(sources: SnapshotSources): StatusSnapshot {
  const { clock, paths, build, supervisor } = sources;
  const jobs = supervisor.views();
  const execs = sources.execs();
  const counts: Record<string, number> = { jobs: jobs.length };
  for (const job of jobs) counts[job.status] = (counts[job.status] ?? 0) + 1;
  return {
    type: "status.snapshot",
    schema_version: SNAPSHOT_SCHEMA_VERSION,
    generated_at: toIsoTime(clock.now()),
    source: "ipc",
    stale: false,
    daemon: {
      id: paths.id,
      pid: sources.pid,
      version: build.version,
      build: build.build,
      protocol: build.protocol,
      started_at: toIsoTime(sources.startedAtMs),
      uptime_s: Math.round((clock.monotonic() - sources.startedAtMonotonic) / 1_000),
      rss_bytes: sources.rssBytes(),
      clients: sources.clients(),
      execs: execs.length,
      running_execs: execs,
      event_loop_lag_ms: sources.eventLoopLagMs(),
      seq: sources.bus.seq,
      socket_path: paths.socket,
      state_dir: paths.stateDir,
      log_path: sources.logPath,
      service: sources.service,
      counters: { ...sources.counters },
      notices: sources.notices(),
    },
    counts,
    jobs,
  };
}
