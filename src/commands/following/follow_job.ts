import type { DaemonClient } from "../../client/client.ts";
import { type FollowItem, followStream } from "../../logs/follow.ts";
import { runLogPaths, type StreamName } from "../../logs/log_paths.ts";
import type { Reading, StreamOffsets } from "../../logs/stretches.ts";
import { isUp } from "../../protocol/job_status.ts";
import type { JobView } from "../../protocol/job_view.ts";
import type { CommandContext } from "../frame/command.ts";
import type { PlacedOutput } from "../output/cut_output.ts";
import { NOTICE_TEXTS } from "../output/notice_text.ts";
import { tellDrop } from "../output/tell_drop.ts";
import { copyReading } from "./copy_reading.ts";
import { copyStretch, tellGap, tellLost } from "./copy_stretch.ts";
import { ReaderHold } from "./reader_hold.ts";
import { RunTracker, startsYet } from "./run_tracker.ts";
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
  /** What to show before that, of earlier runs; and where to begin in the first run instead. */
  readonly since?: Reading | undefined;
  readonly output: PlacedOutput;
  /** Ends it, as Ctrl+C does. */
  readonly limit?: AbortSignal | undefined;
  readonly onlooker?: FollowOnlooker;
}

/** Who wants to know more than what is printed, and says itself what there is to be said of the daemon. */
export interface FollowOnlooker {
  /** Ends it, as Ctrl+C does. */
  readonly signal: AbortSignal;
  /** This run is followed now; nothing of it comes before this has resolved. */
  onRun(run: number): Promise<void>;
  /** This connection is in use now. */
  onClient(client: DaemonClient): void;
}

/**
 * Copies what a job prints to `output`, as it comes, until the job is down and every byte was copied; resolves with
 * the job at its end, or with undefined after Ctrl+C and the like. One that is to come up once what it needs is there
 * begins with the run that it has then. The daemon may come and go meanwhile.
 */
export async function followJob(
  ctx: CommandContext,
  options: FollowJobOptions,
): Promise<JobView | undefined> {
  const over = new AbortController();
  const ends = [options.limit, options.onlooker?.signal].filter((each) => each !== undefined);
  const signal = AbortSignal.any([ctx.signal, over.signal, ...ends]);
  if (isOver(options)) return await unlessAborted(copyEnded(ctx, options), signal);
  const tracker = new RunTracker(options.job);
  const copier = new RunCopier(ctx, options, { tracker, signal });
  const watching = watch(ctx, options, { tracker, copier, signal });
  try {
    return await unlessAborted(copier.copyAll(), signal);
  } finally {
    over.abort();
    await watching;
  }
}

async function unlessAborted<T>(copying: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const interrupted = new Promise<undefined>((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
  return await Promise.race([copying, interrupted]);
}

/** Whether nothing follows any more, and nobody wants to know more than what was printed. */
function isOver({ job, run, onlooker }: FollowJobOptions): boolean {
  return onlooker === undefined && job.run === run && !isUp(job.status) && !startsYet(job);
}

/** What there is to be read of a job that is down is in its files: it takes no daemon, and nobody to watch them. */
async function copyEnded(
  ctx: CommandContext,
  { job, run, streams, fromOffset = 0, since, output }: FollowJobOptions,
): Promise<JobView> {
  const from = Object.fromEntries(streams.map((stream) => [stream, fromOffset]));
  const whole = { stretches: [{ run, from, to: {} }], lost: undefined };
  await copyReading(ctx, { job, streams, since: since ?? whole, output, tellsGaps: true });
  return job;
}

interface Following {
  readonly tracker: RunTracker;
  readonly signal: AbortSignal;
}

/** Tells the tracker what becomes of the job, and the copier which connection to use; never rejects. */
async function watch(
  ctx: CommandContext,
  { client, job, onlooker }: FollowJobOptions,
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
    onClient(next) {
      copier.moveTo(next);
      onlooker?.onClient(next);
    },
  };
  const payload = { jobs: [job.id] };
  const isQuiet = onlooker !== undefined;
  try {
    await watchJobs(ctx, { payload, first: client, signal, watcher, isQuiet });
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
    const { job, run, fromOffset = 0, streams, onlooker, since } = this.#options;
    const { tracker } = this.#following;
    if (since !== undefined) await this.#catchUp(since);
    const begun = since?.stretches.find((stretch) => stretch.run === run)?.from ?? {};
    let offsets: StreamOffsets = { stdout: fromOffset, stderr: fromOffset, ...begun };
    for (let current = run, isOver = startsYet(job);; isOver = false) {
      // Without a stream it is only the end that is waited for.
      if (streams.length > 0) this.#hold = new ReaderHold(this.#client, job.id, current);
      await onlooker?.onRun(current);
      const copied = isOver ? [] : streams;
      await Promise.all(copied.map((stream) => this.#copy(stream, current, offsets[stream] ?? 0)));
      const after = await tracker.after(current);
      if ("end" in after) return after.end;
      current = after.run;
      offsets = {};
    }
  }

  /** Shows what earlier runs wrote. */
  async #catchUp({ stretches, lost }: Reading): Promise<void> {
    const { job, run, streams, output } = this.#options;
    const { logsDir } = this.#ctx.paths;
    if (lost !== undefined) await tellLost(output, streams[0]!, lost);
    for (const stretch of stretches.filter((each) => each.run < run)) {
      for (const stream of streams.filter((each) => each in stretch.from)) {
        await copyStretch({ logsDir, jobId: job.id, stream, output, tellsGaps: true }, stretch);
      }
    }
  }

  async #copy(stream: StreamName, run: number, fromOffset: number): Promise<void> {
    const { job, output } = this.#options;
    const { tracker, signal } = this.#following;
    const path = runLogPaths(this.#ctx.paths.logsDir, job.id, run)[stream];
    output.reach?.(stream, { run, offset: fromOffset });
    const items = followStream(path, { fromOffset, signal, ended: tracker.ended(run) });
    for await (const item of items) {
      if ("bytes" in item) {
        await output.write(stream, item.bytes, { run, offset: item.offset });
        this.#hold?.advance(stream, item.offset + item.bytes.length);
      } else {
        await tellOf(item, { stream, run, output });
      }
    }
  }
}

type Notice = Exclude<FollowItem, { bytes: Uint8Array }>;

function tellOf(
  item: Notice,
  { stream, run, output }: { stream: StreamName; run: number; output: PlacedOutput },
): Promise<void> {
  if ("gap" in item) return tellGap(output, stream, { run, ...item.gap });
  if ("dropped" in item) return tellDrop(item.dropped, stream, output);
  const notice = "truncated" in item ? "truncated" : "removed" in item ? "removed" : "replaced";
  return output.tell(stream, `${stream}: ${NOTICE_TEXTS[notice]}`, { notice });
}
