import type { DaemonClient } from "../client/client.ts";
import { followStream } from "../logs/follow.ts";
import { runLogPaths, type StreamName } from "../logs/log_paths.ts";
import type { JobView } from "../protocol/job_view.ts";
import type { CommandContext } from "./command.ts";
import type { JobOutput } from "./output/job_output.ts";
import { countOf } from "./output/count_of.ts";
import { writeNote } from "./output/write.ts";
import { ReaderHold } from "./reader_hold.ts";
import { RunTracker } from "./run_tracker.ts";
import { type JobWatcher, watchJobs } from "./watch_jobs.ts";

/** Options of {@linkcode followJob}. */
export interface FollowJobOptions {
  readonly client: DaemonClient;
  readonly job: JobView;
  /** The run to begin with; those that follow it by a restart are followed too. */
  readonly run: number;
  readonly streams: readonly StreamName[];
  /** Where to begin in the first run. */
  readonly fromOffset?: number;
  readonly output: JobOutput;
}

/**
 * Copies what a job prints to `output`, as it comes, until the job is down and every byte was copied; resolves with
 * the job at its end, or with undefined after Ctrl+C. The daemon may come and go meanwhile.
 */
export async function followJob(
  ctx: CommandContext,
  options: FollowJobOptions,
): Promise<JobView | undefined> {
  const over = new AbortController();
  const signal = AbortSignal.any([ctx.signal, over.signal]);
  const tracker = new RunTracker(options.job);
  const copier = new RunCopier(ctx, options, { tracker, signal });
  const watching = watch(ctx, options, { tracker, copier, signal });
  try {
    const interrupted = new Promise<undefined>((resolve) => {
      signal.addEventListener("abort", () => resolve(undefined), { once: true });
    });
    return await Promise.race([copier.copyAll(), interrupted]);
  } finally {
    over.abort();
    await watching;
  }
}

interface Following {
  readonly tracker: RunTracker;
  readonly signal: AbortSignal;
}

/** Tells the tracker what becomes of the job, and the copier which connection to use; never rejects. */
async function watch(
  ctx: CommandContext,
  { client, job }: FollowJobOptions,
  { tracker, copier, signal }: Following & { copier: RunCopier },
): Promise<void> {
  const watcher: JobWatcher = {
    onAll(jobs) {
      const found = jobs.find((each) => each.id === job.id);
      if (found) tracker.see(found);
      else tracker.seeGone();
    },
    onJob: (seen) => tracker.see(seen),
    onRemoved: () => tracker.seeGone(),
    onClient: (next) => copier.moveTo(next),
  };
  try {
    await watchJobs(ctx, { payload: { jobs: [job.id] }, first: client, signal, watcher });
  } catch (error) {
    tracker.fail(error);
  }
}

/** Copies the bytes of one run after the other. */
class RunCopier {
  readonly #ctx: CommandContext;
  readonly #options: FollowJobOptions;
  readonly #following: Following;
  #client: DaemonClient;
  #hold: ReaderHold | undefined;

  constructor(ctx: CommandContext, options: FollowJobOptions, following: Following) {
    this.#ctx = ctx;
    this.#options = options;
    this.#following = following;
    this.#client = options.client;
  }

  /** There is a new connection to the daemon. */
  moveTo(client: DaemonClient): void {
    if (client === this.#client) return;
    this.#client = client;
    this.#hold?.moveTo(client);
  }

  async copyAll(): Promise<JobView> {
    const { job, run, fromOffset = 0, streams } = this.#options;
    const { tracker } = this.#following;
    let offset = fromOffset;
    for (let current = run;;) {
      this.#hold = new ReaderHold(this.#client, job.id, current);
      await Promise.all(streams.map((stream) => this.#copy(stream, current, offset)));
      const after = await tracker.after(current);
      if ("end" in after) return after.end;
      current = after.run;
      offset = 0;
    }
  }

  async #copy(stream: StreamName, run: number, fromOffset: number): Promise<void> {
    const { job, output } = this.#options;
    const { tracker, signal } = this.#following;
    const path = runLogPaths(this.#ctx.paths.logsDir, job.id, run)[stream];
    const items = followStream(path, { fromOffset, signal, ended: tracker.ended(run) });
    for await (const item of items) {
      if ("bytes" in item) {
        await output.write(stream, item.bytes);
        this.#hold?.advance(stream, item.offset + item.bytes.length);
      } else if ("gap" in item) {
        const missing = countOf(item.gap.to - item.gap.from, "byte");
        await writeNote(this.#ctx, `${missing} of ${stream} were cut off before they were read`);
      }
    }
  }
}
