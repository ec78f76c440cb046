import { AppError } from "../../base/app_error.ts";
import { formatDuration } from "../../base/duration.ts";
import { TimeLimit } from "../../base/time_limit.ts";
import type { DaemonClient } from "../../client/client.ts";
import type { LogItem, LogLines } from "../../logs/log_item.ts";
import { runLogPaths, type StreamName } from "../../logs/log_paths.ts";
import { eachLine } from "../../logs/line_splitter.ts";
import { type LogQuery, readLogBatches } from "../../logs/read_log_batches.ts";
import type { JobView } from "../../protocol/job_view.ts";
import type { CommandContext } from "../frame/command.ts";
import { findJobs } from "../frame/find_jobs.ts";
import { livingContext } from "../frame/living_context.ts";
import { tellWhatIs } from "./await_jobs.ts";
import { keepItem } from "./filter_lines.ts";
import { linesAsText } from "./lines_as_text.ts";
import { ReaderHold } from "./reader_hold.ts";
import { RunTracker } from "./run_tracker.ts";
import { wantedLines } from "./wanted_lines.ts";
import { watchJobs } from "./watch_jobs.ts";

/** What {@linkcode awaitOutput} waits for. */
export interface AwaitOutputOptions {
  readonly client: DaemonClient;
  /** What the jobs are called. */
  readonly jobs: readonly string[];
  readonly pattern: RegExp;
  /** Whether the first job that prints it will do. */
  readonly isAny: boolean;
  readonly timeoutMs?: number | undefined;
}

/** The line that was waited for. */
export interface OutputMatch {
  readonly run: number;
  readonly stream: StreamName;
  readonly timeMs: number;
  /** As people read it. */
  readonly text: string;
}

/** A job that has printed it, or as it was when it ended without. */
export interface OutputFound {
  readonly job: JobView;
  readonly match?: OutputMatch;
}

/**
 * Waits until each of the jobs has printed a line that matches, in its current run or one that follows by itself, on
 * either stream, before or from now on; or until it cannot come to that any more, since one is down for good. Resolves
 * with the jobs of which it is known, in the order of that; with `isAny` once one has printed it, or none can.
 * @throws AppError `job.not_found`, `wait.timed_out`; the signal's reason after Ctrl+C
 */
export async function awaitOutput(
  ctx: CommandContext,
  options: AwaitOutputOptions,
): Promise<OutputFound[]> {
  const { client, jobs, timeoutMs } = options;
  const views = await findJobs(client, { jobs });
  using limit = new TimeLimit(ctx.clock, timeoutMs, () => timedOut(options));
  const over = new AbortController();
  const signal = AbortSignal.any([ctx.signal, limit.signal, over.signal]);
  const waiter = new OutputWaiter(await livingContext(ctx), options, signal);
  try {
    return await waiter.run(views);
  } catch (error) {
    if (error !== limit.signal.reason) throw error;
    return await waiter.lookOnce() ?? await tellWhatIs(ctx, views.map(({ id }) => id), error);
  } finally {
    over.abort();
    await waiter.settled();
  }
}

function timedOut({ timeoutMs, pattern }: AwaitOutputOptions): AppError {
  const text = JSON.stringify(pattern.source);
  return new AppError(
    "wait.timed_out",
    `Waited ${formatDuration(timeoutMs!)} for a line that matches ${text} in vain`,
  );
}

/** Whether nothing that is still to come can change what becomes of the wait. */
export function isDecided(
  found: readonly OutputFound[],
  { count, isAny }: { count: number; isAny: boolean },
): boolean {
  if (found.length === count) return true;
  return found.some(({ match }) => isAny === (match !== undefined));
}

/** Reads what the jobs print, each run after the other, until the signal is aborted. */
class OutputWaiter {
  readonly #ctx: CommandContext;
  readonly #options: AwaitOutputOptions;
  readonly #signal: AbortSignal;
  readonly #trackers = new Map<string, RunTracker>();
  readonly #firstRuns = new Map<string, number>();
  readonly #holds = new Map<string, ReaderHold>();
  readonly #found = new Map<string, OutputFound>();
  #client: DaemonClient;
  #ends: Promise<unknown>[] = [];

  constructor(ctx: CommandContext, options: AwaitOutputOptions, signal: AbortSignal) {
    this.#ctx = ctx;
    this.#options = options;
    this.#client = options.client;
    this.#signal = signal;
  }

  /** Resolves when it is decided; rejects with the signal's reason. */
  run(jobs: readonly JobView[]): Promise<OutputFound[]> {
    const { promise, resolve, reject } = Promise.withResolvers<OutputFound[]>();
    this.#signal.addEventListener("abort", () => reject(this.#signal.reason), { once: true });
    for (const job of jobs) {
      this.#trackers.set(job.id, new RunTracker(job));
      this.#firstRuns.set(job.id, job.run);
    }
    const search = async ({ id }: JobView) => {
      const found = await this.#search(id);
      if (found) this.#found.set(id, found);
      const decided = this.#decided();
      if (decided) resolve(decided);
    };
    this.#ends = [this.#watch(), ...jobs.map(search)].map((end) => end.catch(reject));
    return promise;
  }

  /** What is there when time is over is not missed because there was none to read it; undefined when it is not enough. */
  async lookOnce(): Promise<OutputFound[] | undefined> {
    await this.settled();
    for (const [id, tracker] of this.#trackers) {
      for (let run = this.#firstRuns.get(id)!; run <= tracker.last.run; run++) {
        if (run === 0 || this.#found.has(id)) continue;
        const match = await this.#searchRun(tracker, run, undefined);
        if (match) this.#found.set(id, { job: tracker.last, match });
      }
    }
    return this.#decided();
  }

  #decided(): OutputFound[] | undefined {
    const found = [...this.#found.values()];
    const { isAny } = this.#options;
    return isDecided(found, { count: this.#trackers.size, isAny }) ? found : undefined;
  }

  /** Resolves when nothing of it goes on. */
  async settled(): Promise<void> {
    for (const tracker of this.#trackers.values()) tracker.fail(this.#signal.reason);
    await Promise.all(this.#ends);
  }

  /** Never missed: what happens between the look at the jobs and the subscription is in its snapshot. */
  async #watch(): Promise<void> {
    await watchJobs(this.#ctx, {
      payload: { jobs: [...this.#trackers.keys()] },
      first: this.#client,
      signal: this.#signal,
      watcher: {
        onAll: (all) => {
          const now = new Map(all.map((job) => [job.id, job]));
          for (const [id, tracker] of this.#trackers) {
            const job = now.get(id);
            if (job) tracker.see(job);
            else tracker.seeGone();
          }
        },
        onJob: (job) => this.#trackers.get(job.id)?.see(job),
        onRemoved: (job) => this.#trackers.get(job.id)?.seeGone(),
        onClient: (client) => {
          this.#client = client;
          for (const hold of this.#holds.values()) hold.moveTo(client);
        },
      },
    });
  }

  /** Undefined when the signal was aborted. */
  async #search(id: string): Promise<OutputFound | undefined> {
    const tracker = this.#trackers.get(id)!;
    const signal = this.#signal;
    for (let run = this.#firstRuns.get(id)!;;) {
      const ended = tracker.ended(run);
      // Nobody asks for it where the line is found in what was printed before.
      ended.catch(() => {});
      const follow = { signal, ended };
      const match = run > 0 ? await this.#searchRun(tracker, run, follow) : undefined;
      if (match) return { job: tracker.last, match };
      if (signal.aborted) return undefined;
      const after = await tracker.after(run);
      if ("end" in after) return { job: after.end };
      run = after.run;
    }
  }

  async #searchRun(
    tracker: RunTracker,
    run: number,
    follow: LogQuery["follow"],
  ): Promise<OutputMatch | undefined> {
    const { clock, paths } = this.#ctx;
    const { pattern } = this.#options;
    const job = tracker.last;
    const hold = new ReaderHold(this.#client, job.id, run);
    this.#holds.set(job.id, hold);
    const batches = readLogBatches(runLogPaths(paths.logsDir, job.id, run), { clock, follow });
    const lines = wantedLines({ json: false }, noteRead(batches, hold), { pattern });
    for await (const batch of lines) {
      const [line, ...more] = firstLine(batch);
      if (line === undefined) continue;
      const { stream, timeMs } = line;
      const items = [line, ...more].map(keepItem);
      const text = await linesAsText(this.#ctx, ({ writer }) => writer.write({ job, run }, items));
      return { run, stream, timeMs, text: text.join(" ") };
    }
    return undefined;
  }
}

/** Tells how far it was read. */
async function* noteRead(
  batches: AsyncIterable<readonly LogItem[]>,
  hold: ReaderHold,
): AsyncGenerator<readonly LogItem[]> {
  for await (const batch of batches) {
    yield batch;
    for (const item of batch) {
      if ("bytes" in item) hold.advance(item.stream, item.offset + item.bytes.length);
    }
  }
}

/** The first of lines that match, in the pieces in which it has come; of a line that goes on what is there. */
function firstLine(batch: readonly LogItem[]): LogLines[] {
  const pieces = batch.flatMap((item) => "bytes" in item ? [...eachLine(item)] : []);
  const [first] = pieces;
  if (first === undefined) return [];
  const own = pieces.filter(({ stream }) => stream === first.stream);
  const end = own.findIndex(({ startsLine }, index) => startsLine && index > 0);
  return end < 0 ? own : own.slice(0, end);
}
