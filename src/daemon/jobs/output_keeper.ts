import { messageOf } from "../../base/app_error.ts";
import type { CancelTimer, Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import type { Settings } from "../../config/settings.ts";
import { type BoundOutcome, keepWithin } from "../../logs/bound.ts";
import { runLogPaths } from "../../logs/log_paths.ts";
import { TickRecorder } from "../../logs/time_index.ts";
import { ROUND_MS } from "../../lifecycle/rounds.ts";
import { guarded } from "../../platform/guarded.ts";
import type { ImpPaths } from "../../platform/paths.ts";
import type { EventBus } from "./event_bus.ts";
import type { Holds } from "./holds.ts";
import type { Supervisor } from "./supervisor.ts";

/** What the keeper of output works with. */
export interface OutputKeeperOptions {
  readonly paths: ImpPaths;
  readonly clock: Clock;
  readonly rounds: Clock;
  readonly logger: Logger;
  readonly bus: EventBus;
  readonly holds: Holds;
  readonly settings: () => Settings;
  readonly supervisor: Supervisor;
}

/** How often the sizes are looked at: what the order of the two streams is told by. */
const LOOK_EVERY_MS = ROUND_MS.busy;
/** A run that wrote nothing for so long is looked at only so often, until it writes again. */
const QUIET_AFTER_MS = 10_000;
const QUIET_LOOK_EVERY_MS = ROUND_MS.quiet;

/** More than this between two looks: the job would notice if it had to wait for the disk. */
const BUSY_BYTES = 8 * 1024 * 1024;

/** The output of one live run. */
interface Kept {
  readonly jobId: string;
  readonly runId: string;
  readonly recorder: TickRecorder;
  seenBytes: number;
  /** When it was last seen to have grown, and looked at. */
  grownAt: number;
  lookedAt: number;
  /** A stream may have a hole at its front, because the job wrote too fast for anything better. */
  mayHaveHole: boolean;
  /** What was complained about already. */
  problem: string | undefined;
}

/** Notes when output grew, and keeps it within bounds, while anything runs. The job itself never waits for it. */
export class OutputKeeper implements Disposable {
  readonly #options: OutputKeeperOptions;
  /** By job. */
  readonly #kept = new Map<string, Kept>();
  readonly #listening: Disposable;
  #cancel: CancelTimer = () => {};

  constructor(options: OutputKeeperOptions) {
    this.#options = options;
    this.#listening = options.bus.listen("output.event", ({ job_id }) => {
      if (job_id !== null) this.#updateJob(job_id);
    });
  }

  /** Takes up the runs that are live. */
  update(): void {
    for (const job of this.#options.supervisor.activeJobs) this.#updateJob(job.id);
  }

  /** Takes up the run of the job if it is live, and lets go of one that is not any more, after a last look. */
  #updateJob(jobId: string): void {
    const { supervisor, paths } = this.#options;
    const job = supervisor.byId(jobId);
    const run = job?.isLive ? job.run : undefined;
    const kept = this.#kept.get(jobId);
    if (kept !== undefined && kept.runId !== run?.runId) this.#drop(jobId, kept);
    if (run !== undefined && kept?.runId !== run.runId) {
      const recorder = new TickRecorder(runLogPaths(paths.logsDir, jobId, run.run));
      this.#kept.set(jobId, {
        jobId,
        runId: run.runId,
        recorder,
        seenBytes: -1,
        grownAt: this.#options.clock.monotonic(),
        lookedAt: -Infinity,
        mayHaveHole: true,
        problem: undefined,
      });
    }
    if (this.#kept.size === 0) this.#stop();
    else if (kept?.runId !== run?.runId) this.#schedule();
  }

  [Symbol.dispose](): void {
    this.#listening[Symbol.dispose]();
    this.#stop();
    for (const [jobId, kept] of [...this.#kept]) this.#drop(jobId, kept);
  }

  #schedule(): void {
    this.#stop();
    const goOn = () => this.#schedule();
    const look = guarded("output.look", () => {
      const now = this.#options.clock.monotonic();
      for (const kept of this.#kept.values()) {
        // Half a look sooner than it is due is at the look at which it is due.
        const isDue = now - kept.lookedAt > QUIET_LOOK_EVERY_MS - LOOK_EVERY_MS / 2;
        if (isDue || !isQuiet(kept, now)) this.#look(kept, false);
      }
      goOn();
    }, goOn);
    const { clock, rounds } = this.#options;
    const now = clock.monotonic();
    const areQuiet = [...this.#kept.values()].every((kept) => isQuiet(kept, now));
    this.#cancel = rounds.schedule(areQuiet ? QUIET_LOOK_EVERY_MS : LOOK_EVERY_MS, look);
  }

  /** What is wrong with the output of one run is no reason not to look at the next. */
  #look(kept: Kept, isLast: boolean): void {
    kept.lookedAt = this.#options.clock.monotonic();
    try {
      this.#sample(kept, isLast);
    } catch (error) {
      this.#complain(kept, `cannot be looked at: ${messageOf(error)}`);
    }
  }

  #sample(kept: Kept, isLast: boolean): void {
    const sizes = kept.recorder.sample(this.#options.clock.now(), isLast);
    if (sizes.problem !== undefined) this.#complain(kept, `cannot note its time: ${sizes.problem}`);
    const bytes = sizes.stdoutBytes + sizes.stderrBytes;
    const grownBytes = kept.seenBytes < 0 ? 0 : bytes - kept.seenBytes;
    const hasGrown = bytes !== kept.seenBytes;
    if (hasGrown) kept.grownAt = kept.lookedAt;
    kept.seenBytes = bytes;
    const isBusy = grownBytes > BUSY_BYTES && !isLast;
    if (hasGrown || kept.mayHaveHole) this.#bound(kept, isBusy);
  }

  #bound(kept: Kept, isBusy: boolean): void {
    const { settings, holds, supervisor } = this.#options;
    const { logHoldMaxBytes } = settings();
    const job = supervisor.byId(kept.jobId);
    // Who looks for a line in it has not begun to read, and holds nothing yet.
    if (job?.record.status === "starting" && job.record.ready?.kind === "log") return;
    const logMaxBytes = job?.record.logMaxBytes ?? settings().logMaxBytes;
    if (logMaxBytes === 0) return;
    const hold = holds.least(kept.runId);
    const { mayHaveHole } = kept;
    kept.mayHaveHole = isBusy && mayHaveHole;
    const holdMaxBytes = logHoldMaxBytes || logMaxBytes;
    for (const stream of ["stdout", "stderr"] as const) {
      const holdOffset = hold?.[`${stream}Offset`];
      const options = { holdOffset, holdMaxBytes, isBusy, mayHaveHole };
      const outcome = keepWithin(kept.recorder.streams[stream], logMaxBytes, options);
      kept.mayHaveHole ||= outcome.hasHole ?? false;
      this.#report(kept, outcome);
    }
  }

  #report(kept: Kept, { outcome, reason }: BoundOutcome): void {
    if (outcome === "unsupported") {
      this.#complain(kept, "cannot be kept within bounds on this file system");
    } else if (outcome === "failed") {
      this.#complain(kept, `cannot be kept within bounds: ${reason}`);
    }
  }

  /** Once for each problem, or a full disk would fill the log as well. */
  #complain(kept: Kept, problem: string): void {
    if (kept.problem === problem) return;
    kept.problem = problem;
    this.#options.logger.warn(`The output of a run ${problem}`, { run: kept.runId });
  }

  #drop(jobId: string, kept: Kept): void {
    this.#kept.delete(jobId);
    this.#look(kept, true);
    kept.recorder[Symbol.dispose]();
  }

  #stop(): void {
    this.#cancel();
    this.#cancel = () => {};
  }
}

function isQuiet({ grownAt }: Kept, now: number): boolean {
  return now - grownAt > QUIET_AFTER_MS;
}
