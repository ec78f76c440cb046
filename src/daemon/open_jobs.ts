import { messageOf } from "../base/app_error.ts";
import type { CancelTimer, Clock } from "../base/clock.ts";
import { parseRunId } from "../base/ids.ts";
import type { Logger } from "../base/logger.ts";
import type { Settings } from "../config/settings.ts";
import type { StopContext } from "../lifecycle/lifecycle.ts";
import { removeJobLogs, removeRunLogs } from "../logs/retention.ts";
import { removeLeftovers } from "../platform/leftovers.ts";
import { onSignal } from "../platform/os_signals.ts";
import type { ImpPaths } from "../platform/paths.ts";
import { bootId } from "../platform/process_identity.ts";
import { listeningPortsOf, sampleUsage } from "../platform/process_usage.ts";
import { Strangers } from "../platform/strangers.ts";
import { readRunEnvironment } from "../platform/run_environment.ts";
import { listRunDirectories, watchRunDirectories } from "../platform/run_directory.ts";
import type { Store } from "../store/store.ts";
import { adoptJobs, type RunSpec } from "./adoption.ts";
import type { EventBus } from "./event_bus.ts";
import type { Holds } from "./holds.ts";
import { OutputKeeper } from "./output_keeper.ts";
import type { RunHost } from "./run_host.ts";
import { Supervisor } from "./supervisor.ts";
import { type LookAtTrees, UsageSampler } from "./usage_sampler.ts";

/** What the jobs stand on. */
export interface OpenJobsOptions {
  readonly paths: ImpPaths;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: Store;
  readonly bus: EventBus;
  readonly host: RunHost;
  readonly holds: Holds;
  readonly settings: () => Settings;
}

/** The jobs with everything that watches them. */
export interface OpenJobs {
  readonly supervisor: Supervisor;
  readonly host: RunHost;
  readonly sampler: UsageSampler;
  /** Ends the jobs, or leaves them to the next daemon. */
  readonly close: (context: StopContext) => Promise<void>;
}

/** What no notification told is found by looking at every live run, this often. */
const SWEEP_EVERY_MS = 5_000;
/** Without notifications, looking is all there is. */
const SWEEP_WITHOUT_WATCH_MS = 250;
const EVENTS_PRUNED_EVERY = 1_000;

/** Adopts what the last daemon left and watches it: child signals, markers, and a slow sweep behind both. */
export function openJobs(options: OpenJobsOptions): OpenJobs {
  const { paths, clock, logger, store, bus, host, settings } = options;
  const supervisor: Supervisor = new Supervisor({
    clock,
    store,
    bus,
    host,
    logger,
    settings,
    usageOf: (jobId) => sampler.usageOf(jobId),
    random: Math.random,
    removeLogs: (jobId) => removeJobLogs(paths.logsDir, jobId),
    removeRunLogs: (jobId, runs) => {
      for (const run of runs) removeRunLogs(paths.logsDir, jobId, run);
    },
  });
  const sampler = new UsageSampler({ clock, look: createLook(), jobs: () => supervisor.jobs });
  const watching = new DisposableStack();
  watching.use(bus.listen((event) => {
    if (event.event === "job_stopped" && event.job_id !== null) supervisor.prune(event.job_id);
    if (event.seq % EVENTS_PRUNED_EVERY === 0) store.events.prune(settings().eventsKept);
  }));
  const keeper = watching.use(new OutputKeeper({ ...options, supervisor }));
  adopt(options, supervisor);
  keeper.update();
  watching.use(watch(options, supervisor));
  return {
    supervisor,
    host,
    sampler,
    close: (context) => closeJobs(supervisor, watching, context),
  };
}

function createLook(): LookAtTrees {
  const strangers = new Strangers();
  return (roots) => {
    const trees = sampleUsage(roots, strangers);
    const ports = listeningPortsOf(trees.map((tree) => tree.pids));
    return trees.map((tree, index) => ({ ...tree, ports: ports[index]! }));
  };
}

function adopt({ store, host, logger, paths }: OpenJobsOptions, supervisor: Supervisor): void {
  removeLeftovers(paths);
  adoptJobs(supervisor, {
    store,
    host,
    logger,
    bootId: bootId(),
    runDirectories: () =>
      listRunDirectories(paths.runsDir).map(({ runId, spec }) => ({
        runId,
        spec: spec as RunSpec | undefined,
      })),
    readEnvironment: (runId) => readRunEnvironment(paths.id, runId),
  });
}

function watch({ paths, clock, logger }: OpenJobsOptions, supervisor: Supervisor): Disposable {
  const watching = new DisposableStack();
  let sweepEveryMs = SWEEP_EVERY_MS;
  let cancelSweep: CancelTimer = () => {};
  const sweep = () => {
    supervisor.observeAll();
    cancelSweep = clock.schedule(sweepEveryMs, sweep);
  };
  watching.use(watchRunDirectories(paths.runsDir, {
    onChange: (runId) => {
      const id = parseRunId(runId);
      if (id !== undefined) supervisor.observe(id.jobId);
    },
    onLost: (error) => {
      sweepEveryMs = SWEEP_WITHOUT_WATCH_MS;
      cancelSweep();
      sweep();
      logger.warn("No file notifications; looking at the runs instead", {
        error: messageOf(error),
      });
    },
  }));
  watching.use(onSignal("SIGCHLD", () => supervisor.observeAll()));
  watching.defer(() => cancelSweep());
  cancelSweep();
  sweep();
  return watching;
}

async function closeJobs(
  supervisor: Supervisor,
  watching: Disposable,
  { leaveWork, signal }: StopContext,
): Promise<void> {
  using _watching = watching;
  if (!leaveWork) {
    const onForce = () => supervisor.killAll();
    signal.addEventListener("abort", onForce, { once: true });
    if (signal.aborted) onForce();
    await supervisor.suspendAll();
    signal.removeEventListener("abort", onForce);
  }
  supervisor.release();
}
