import { messageOf } from "../../base/app_error.ts";
import { type CancelTimer, type Clock, delay } from "../../base/clock.ts";
import { parseRunId } from "../../base/ids.ts";
import type { StopContext } from "../../lifecycle/lifecycle.ts";
import { isStdinInPlace } from "../../platform/fifo.ts";
import { guarded } from "../../platform/guarded.ts";
import { removeLeftovers } from "../../platform/leftovers.ts";
import { onSignal } from "../../platform/os_signals.ts";
import { readRunTraces } from "../../platform/processes/run_traces.ts";
import { findMarked } from "../../platform/processes/process_tree.ts";
import { stateDirMark } from "../../platform/processes/run_marks.ts";
import {
  listRunDirectories,
  stdinPathOf,
  watchRunDirectories,
} from "../../platform/run_directory.ts";
import { parseRunSpec } from "../../facts/run_spec.ts";
import { adoptJobs } from "./adoption.ts";
import type { Jobs, JobsOptions } from "./create_jobs.ts";
import type { Holds } from "./holds.ts";
import { KeeperWatch } from "../runs/keeper_watch.ts";
import type { LeaseWorld } from "./lease.ts";
import { OutputKeeper } from "./output_keeper.ts";
import type { Supervisor } from "./supervisor.ts";

/** What is needed to take jobs up. */
export interface OpenJobsOptions extends JobsOptions {
  readonly holds: Holds;
  /** See `RunDaemonOptions`. */
  readonly revivesLater?: boolean | undefined;
}

/** The jobs being looked after. */
export interface OpenJobs {
  /** Ends the jobs, or leaves them to the next daemon. */
  readonly close: (context: StopContext) => Promise<void>;
}

/** What no notification told is found by looking at every live run, this often. */
const SWEEP_EVERY_MS = 5_000;
/** Without notifications, looking is all there is. */
const SWEEP_WITHOUT_WATCH_MS = 250;
const EVENTS_PRUNED_EVERY = 1_000;

/** Adopts what the last daemon left and watches it: child signals, markers, and a slow sweep behind both. */
export function openJobs(
  { supervisor, left, readiness, memory, watching: files, schedules, leases }: Jobs,
  options: OpenJobsOptions,
): OpenJobs {
  const { clock, logger, store, bus, host, settings } = options;
  const watching = new DisposableStack();
  watching.use(left);
  watching.use(bus.listen("jobs.event", (event) => {
    if (event.event === "job_stopped" && event.job_id !== null) {
      supervisor.removal.prune(event.job_id);
    }
    if (event.seq % EVENTS_PRUNED_EVERY === 0) store.events.prune(settings().eventsKept);
  }));
  const keeper = watching.use(new OutputKeeper({ ...options, supervisor }));
  adopt(options, supervisor, leases);
  keeper.update();
  watching.use(leases);
  leases.begin();
  watching.use(readiness);
  readiness.begin();
  watching.use(memory);
  memory.begin();
  watching.use(files);
  files.begin();
  watching.use(schedules);
  schedules.begin();
  const runs = () => supervisor.activeJobs.flatMap((job) => job.isLive ? job.run! : []);
  watching.use(new KeeperWatch({ clock, logger, host, runs }));
  watching.use(watch(options, supervisor));
  const close = (context: StopContext) => {
    // From now on nothing may start because a file has changed.
    files[Symbol.dispose]();
    return closeJobs(supervisor, watching, { ...context, clock });
  };
  return { close };
}

function adopt(
  { clock, store, host, logger, paths, revivesLater }: OpenJobsOptions,
  supervisor: Supervisor,
  leases: LeaseWorld,
): void {
  const stateDir = stateDirMark(paths);
  removeLeftovers(paths);
  adoptJobs(supervisor, {
    store,
    host,
    logger,
    clock,
    revivesLater,
    leases,
    runDirectories: () =>
      listRunDirectories(paths.runsDir).map((found) => ({
        ...found,
        spec: parseRunSpec(found.spec),
      })),
    markedRuns: () => findMarked(stateDir).map(({ runId }) => runId),
    readTraces: (runId) => readRunTraces({ stateDir, runId }),
  });
}

/** Our own shims tell of their end as children do; those that we adopted are seen by their markers. */
function watch(options: OpenJobsOptions, supervisor: Supervisor): Disposable {
  const watching = new DisposableStack();
  watching.use(
    onSignal("SIGCHLD", guarded("jobs.child", () => supervisor.observer.observeEnded())),
  );
  const sweeps = watching.use(new Sweeps(options.clock, () => supervisor.observer.observeAll()));
  watching.use(watchAdopted(options, supervisor, sweeps));
  sweeps.sweep();
  return watching;
}

/** Watches the markers of runs that are there already, for as long as one of them is. */
function watchAdopted(
  { paths, bus, logger }: OpenJobsOptions,
  supervisor: Supervisor,
  sweeps: Sweeps,
): Disposable {
  const live = supervisor.activeJobs.filter((job) => job.isLive);
  const adopted = new Map(live.map((job) => [job.id, job.run!.runId]));
  // Where there is a FIFO nothing may be watched; what the job is defined as may be different by now.
  const watched = live.map((job) => job.run!.runId)
    .filter((runId) => !isStdinInPlace(stdinPathOf(paths, runId)));
  const watching = new DisposableStack();
  if (adopted.size === 0) return watching;
  watching.defer(() => sweeps.everyMs = SWEEP_EVERY_MS);
  if (watched.length < live.length) sweeps.everyMs = SWEEP_WITHOUT_WATCH_MS;
  watching.use(watchRunDirectories(paths.runsDir, watched, {
    onChange: (runId) => {
      const id = parseRunId(runId);
      if (id !== undefined) supervisor.observer.observe(id.jobId);
    },
    onLost: (error) => {
      if (watching.disposed) return;
      sweeps.everyMs = SWEEP_WITHOUT_WATCH_MS;
      sweeps.sweep();
      logger.warn("No file notifications; looking at the runs instead", {
        error: messageOf(error),
      });
    },
  }));
  watching.use(bus.listen("adopted.event", ({ job_id }) => {
    if (job_id === null || !adopted.has(job_id)) return;
    const job = supervisor.byId(job_id);
    if (job?.isLive && job.run!.runId === adopted.get(job_id)) return;
    adopted.delete(job_id);
    if (adopted.size === 0) watching.dispose();
  }));
  return watching;
}

/** Looks again and again at what nobody tells of. */
class Sweeps implements Disposable {
  /** From the next one on. */
  everyMs = SWEEP_EVERY_MS;
  readonly #clock: Clock;
  readonly #look: () => void;
  #cancel: CancelTimer = () => {};

  constructor(clock: Clock, look: () => void) {
    this.#clock = clock;
    this.#look = look;
  }

  sweep(): void {
    this.#cancel();
    this.#look();
    this.#sweepLater();
  }

  #sweepLater(): void {
    const sweep = guarded("jobs.sweep", () => this.sweep(), () => this.#sweepLater());
    this.#cancel = this.#clock.schedule(this.everyMs, sweep);
  }

  [Symbol.dispose](): void {
    this.#cancel();
  }
}

async function closeJobs(
  supervisor: Supervisor,
  watching: Disposable,
  { leaveWork, signal, clock }: StopContext & { clock: Clock },
): Promise<void> {
  using _watching = watching;
  if (!leaveWork) {
    const kill = () => supervisor.ending.killAll();
    const onForce = guarded("jobs.force", kill, kill);
    signal.addEventListener("abort", onForce, { once: true });
    if (signal.aborted) onForce();
    try {
      await supervisor.ending.suspendAll();
    } finally {
      signal.removeEventListener("abort", onForce);
      supervisor.release();
    }
    // Who asked for it is answered before the connections are closed.
    await delay(clock, 0);
  } else supervisor.release();
}
