import { messageOf } from "../../base/app_error.ts";
import { type CancelTimer, type Clock, delay } from "../../base/clock.ts";
import { parseRunId } from "../../base/ids.ts";
import type { StopContext } from "../../lifecycle/lifecycle.ts";
import { ROUND_MS } from "../../lifecycle/rounds.ts";
import { isStdinInPlace } from "../../platform/fifo.ts";
import { guarded } from "../../platform/guarded.ts";
import { removeLeftovers } from "../../platform/leftovers.ts";
import { onSignal } from "../../platform/on_signal.ts";
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

/** What no notification told is found by looking at every live run, this often, */
const SWEEP_EVERY_MS = ROUND_MS.slow;
/** and this often where there is none: children of another kind may have ended. */
const SWEEP_AT_REST_MS = ROUND_MS.rare;
/** Without notifications, looking is all there is. */
const SWEEP_WITHOUT_WATCH_MS = 250;
const EVENTS_PRUNED_EVERY = 1_000;

/** Adopts what the last daemon left and watches it: child signals, markers, and a slow sweep behind both. */
export function openJobs(
  { supervisor, left, readiness, memory, watching: files, schedules, leases }: Jobs,
  options: OpenJobsOptions,
): OpenJobs {
  const { clock, rounds, logger, store, bus, host, settings } = options;
  const watching = new DisposableStack();
  watching.use(left);
  const runs = () => supervisor.activeJobs.flatMap((job) => job.isLive ? job.run! : []);
  const keepers = watching.use(new KeeperWatch({ rounds, logger, host, runs }));
  const sweeps = watching.use(new Sweeps({ ...options, supervisor }));
  watching.use(bus.listen("jobs.event", (event) => {
    keepers.update();
    sweeps.update();
    if (event.event === "job_stopped" && event.job_id !== null) {
      supervisor.removal.prune(event.job_id);
    }
    if (event.seq % EVENTS_PRUNED_EVERY === 0) store.events.prune(settings().eventsKept);
  }));
  const keeper = watching.use(new OutputKeeper({ ...options, supervisor }));
  adopt(options, supervisor, leases);
  keeper.update();
  keepers.update();
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
  watching.use(watch(options, supervisor, sweeps));
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
function watch(options: OpenJobsOptions, supervisor: Supervisor, sweeps: Sweeps): Disposable {
  const watching = new DisposableStack();
  watching.use(
    onSignal("SIGCHLD", guarded("jobs.child", () => supervisor.observer.observeEnded())),
  );
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
  watching.defer(() => sweeps.isBlind = false);
  sweeps.isBlind = watched.length < live.length;
  watching.use(watchRunDirectories(paths.runsDir, watched, {
    onChange: (runId) => {
      const id = parseRunId(runId);
      if (id !== undefined) supervisor.observer.observe(id.jobId);
    },
    onLost: (error) => {
      if (watching.disposed) return;
      sweeps.isBlind = true;
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

/** What {@linkcode Sweeps} look with. */
interface SweepsOptions extends Pick<OpenJobsOptions, "clock" | "rounds"> {
  readonly supervisor: Supervisor;
}

/** Looks again and again at what nobody tells of. */
class Sweeps implements Disposable {
  readonly #options: SweepsOptions;
  #isBlind = false;
  #isAtRest = false;
  #cancel: CancelTimer = () => {};

  constructor(options: SweepsOptions) {
    this.#options = options;
  }

  /** Whether looking is all there is; from the next one on. */
  set isBlind(isBlind: boolean) {
    this.#isBlind = isBlind;
  }

  sweep(): void {
    this.#cancel();
    this.#options.supervisor.observer.observeAll();
    this.#sweepLater();
  }

  /** A run may have begun: looked at rarely is only what does nothing. */
  update(): void {
    if (!this.#isAtRest || !this.#isAnyLive()) return;
    this.#cancel();
    this.#sweepLater();
  }

  [Symbol.dispose](): void {
    this.#cancel();
  }

  #sweepLater(): void {
    const { clock, rounds } = this.#options;
    const sweep = guarded("jobs.sweep", () => this.sweep(), () => this.#sweepLater());
    this.#isAtRest = !this.#isAnyLive();
    if (this.#isBlind) this.#cancel = clock.schedule(SWEEP_WITHOUT_WATCH_MS, sweep);
    else {
      this.#cancel = rounds.schedule(this.#isAtRest ? SWEEP_AT_REST_MS : SWEEP_EVERY_MS, sweep);
    }
  }

  #isAnyLive(): boolean {
    return this.#options.supervisor.activeJobs.some((job) => job.isLive);
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
