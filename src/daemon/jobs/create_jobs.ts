import { join } from "@std/path/posix";
import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import type { Settings } from "../../config/settings.ts";
import { removeJobLogs, removeRunLogs } from "../../logs/retention.ts";
import type { ImpPaths } from "../../platform/paths.ts";
import {
  listeningPortsOf,
  sampleUsage,
  SocketOwners,
} from "../../platform/processes/process_usage.ts";
import { type ProcessListener, ProcessWatch } from "../../platform/processes/process_watch.ts";
import { fileExists } from "../../platform/remove_file.ts";
import { Strangers } from "../../platform/processes/strangers.ts";
import type { Store } from "../../store/store.ts";
import { DirectoryEvents } from "../../platform/watching/directory_events.ts";
import type { EventBus } from "./event_bus.ts";
import { LeftBehind } from "../runs/left_behind.ts";
import { LeaseKeeper } from "./lease_keeper.ts";
import { MemoryKeeper } from "./memory_keeper.ts";
import type { Holds } from "./holds.ts";
import { createJobProbeWorld } from "./job_probe_world.ts";
import { ReadinessKeeper } from "./readiness_keeper.ts";
import type { TryCommand } from "../readiness/probe_world.ts";
import type { RunHost } from "../runs/run_host.ts";
import { ScheduleKeeper } from "./schedule_keeper.ts";
import { Supervisor } from "./supervisor.ts";
import { type LookAtTrees, UsageSampler } from "./usage_sampler.ts";
import { WatchKeeper } from "./watch_keeper.ts";

/** What the jobs stand on. */
export interface JobsOptions {
  readonly paths: ImpPaths;
  readonly clock: Clock;
  readonly rounds: Clock;
  readonly logger: Logger;
  readonly store: Store;
  readonly bus: EventBus;
  readonly host: RunHost;
  readonly settings: () => Settings;
}

/** What a place for jobs is made of. */
export interface CreateJobsOptions extends JobsOptions {
  readonly tryCommand: TryCommand;
  readonly holds: Holds;
}

/** The jobs, and what is known of their processes. */
export interface Jobs {
  readonly supervisor: Supervisor;
  readonly host: RunHost;
  readonly sampler: UsageSampler;
  readonly left: LeftBehind;
  readonly readiness: ReadinessKeeper;
  readonly memory: MemoryKeeper;
  readonly watching: WatchKeeper;
  readonly schedules: ScheduleKeeper;
  readonly leases: LeaseKeeper;
}

/** A place for jobs: empty, and nothing is watched yet. */
export function createJobs(options: CreateJobsOptions): Jobs {
  const { paths, clock, store, host } = options;
  const left = new LeftBehind({
    clock,
    host,
    store,
    jobs: () => supervisor.jobs,
    onChange: (jobId) => supervisor.byId(jobId)?.amend({}),
  });
  const watchProcesses = (listener: ProcessListener) => new ProcessWatch(listener);
  const leases = new LeaseKeeper({ ...options, watchProcesses, supervisor: () => supervisor });
  const supervisor: Supervisor = new Supervisor({
    ...options,
    left,
    usageOf: (jobId) => sampler.usageOf(jobId),
    watchingOf: (jobId) => watching.watchingOf(jobId),
    random: Math.random,
    daemonId: paths.id,
    portUsers: (port) => supervisor.ports.usersOf(port),
    portOf: (jobName, name) => supervisor.ports.numberOf(jobName, name),
    hasLookedLast: (jobId) => readiness.hasLookedLast(jobId),
    neededJob: (name) => supervisor.neededJob(name),
    nextRunOf: (record) => schedules.nextOf(record),
    leases,
    hasLogs: (jobId) => fileExists(join(paths.logsDir, jobId)),
    removeLogs: (jobId) => removeJobLogs(paths.logsDir, jobId),
    removeRunLogs: (jobId, runs) => runs.forEach((run) => removeRunLogs(paths.logsDir, jobId, run)),
  });
  const sampler = new UsageSampler({
    clock,
    look: createLook(new Strangers(), new SocketOwners()),
    lookOnce: (roots) => createLook(undefined, new SocketOwners())(roots),
    jobs: () => supervisor.activeJobs,
    left,
  });
  const readiness = new ReadinessKeeper({
    ...options,
    worldOf: (probed) =>
      createJobProbeWorld(probed, {
        ...options,
        portOf: (jobName, name) => supervisor.ports.numberOf(jobName, name),
        portsOf: (run) => sampler.portsOf(run),
      }),
    supervisor: () => supervisor,
  });
  const strangers = new Strangers();
  const memory = new MemoryKeeper({
    ...options,
    measure: (roots) => sampleUsage(roots, strangers).map(({ memoryBytes }) => memoryBytes),
    supervisor: () => supervisor,
  });
  const watching = new WatchKeeper({
    ...options,
    events: new DirectoryEvents(),
    supervisor: () => supervisor,
  });
  const schedules = new ScheduleKeeper({ ...options, supervisor: () => supervisor });
  return { supervisor, host, sampler, left, readiness, memory, watching, schedules, leases };
}

/** What is remembered from look to look makes the next one cheaper. */
function createLook(strangers: Strangers | undefined, owners: SocketOwners): LookAtTrees {
  return (roots) => {
    const trees = sampleUsage(roots, strangers);
    const ports = listeningPortsOf(trees.map((tree) => tree.pids), owners);
    return trees.map((tree, index) => ({ ...tree, ports: ports[index]! }));
  };
}
