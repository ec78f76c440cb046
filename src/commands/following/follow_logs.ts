import { ExitCode } from "../../base/exit_code.ts";
import { runLogPaths } from "../../logs/log_paths.ts";
import { readLogBatches } from "../../logs/read_log_batches.ts";
import { isUp } from "../../protocol/job_status.ts";
import type { JobView } from "../../protocol/job_view.ts";
import type { CommandContext } from "../frame/command.ts";
import { nameJob } from "../output/job_text.ts";
import type { LogWriter } from "../output/log_writer.ts";
import { askOf, showLogs } from "./show_logs.ts";
import { RunTracker } from "./run_tracker.ts";
import { wantedLines } from "./wanted_lines.ts";
import type { LogSource, WantedLogs } from "./wanted_logs.ts";
import { watchJobs } from "./watch_jobs.ts";
import { formatStatus } from "../../view/status_words.ts";

/** Options of {@linkcode followLogs}. */
export interface FollowLogsOptions {
  readonly query: WantedLogs;
  readonly writer: LogWriter;
  /** Whether jobs that are added later are followed too. */
  readonly isAll: boolean;
}

/** Shows what jobs print, as they do, until Ctrl+C or until all of them are removed. */
export async function followLogs(
  ctx: CommandContext,
  sources: readonly LogSource[],
  options: FollowLogsOptions,
): Promise<number> {
  const follower = new LogsFollower(ctx, options);
  await follower.run(sources);
  return ctx.signal.aborted ? ExitCode.interrupted : 0;
}

/** Several jobs at a time, over one subscription. */
class LogsFollower {
  readonly #ctx: CommandContext;
  readonly #options: FollowLogsOptions;
  readonly #over = new AbortController();
  readonly #signal: AbortSignal;
  readonly #trackers = new Map<string, RunTracker>();
  readonly #failed = Promise.withResolvers<never>();
  readonly #allGone = Promise.withResolvers<void>();

  constructor(ctx: CommandContext, options: FollowLogsOptions) {
    this.#ctx = ctx;
    this.#options = options;
    this.#signal = AbortSignal.any([ctx.signal, this.#over.signal]);
  }

  async run(sources: readonly LogSource[]): Promise<void> {
    await this.#showEarlier(sources);
    for (const source of sources) this.#add(source.job, source.run, source);
    try {
      await Promise.race([this.#watch(sources), this.#failed.promise, this.#allGone.promise]);
    } finally {
      this.#over.abort();
    }
  }

  /** What a cursor, or who wants all runs, has to see of runs before the last one. */
  async #showEarlier(sources: readonly LogSource[]): Promise<void> {
    const earlier = sources.flatMap((source) => {
      const { run, reading } = source;
      if (reading === undefined) return [];
      const stretches = reading.stretches.filter((stretch) => stretch.run < run);
      return [{ ...source, reading: { ...reading, stretches } }];
    });
    if (earlier.length > 0) await showLogs(this.#ctx, earlier, this.#options);
  }

  async #watch(sources: readonly LogSource[]): Promise<void> {
    const jobs = sources.map(({ job }) => job.id);
    await watchJobs(this.#ctx, {
      payload: this.#options.isAll ? {} : { jobs },
      first: await this.#ctx.client(),
      signal: this.#signal,
      watcher: {
        onAll: (all) => this.#seeAll(all),
        onJob: (job) => this.#seeJob(job),
        onRemoved: (job) => this.#trackers.get(job.id)?.seeGone(),
      },
    });
  }

  #seeAll(jobs: readonly JobView[]): void {
    const known = new Set(jobs.map((job) => job.id));
    for (const [id, tracker] of this.#trackers) {
      if (!known.has(id)) tracker.seeGone();
    }
    for (const job of jobs) this.#seeJob(job);
  }

  #seeJob(job: JobView): void {
    const tracker = this.#trackers.get(job.id);
    if (tracker) tracker.see(job);
    else if (this.#options.isAll) this.#add(job, job.run);
  }

  #add(job: JobView, run: number, source: LogSource = { job, run }): void {
    const tracker = new RunTracker(job);
    this.#trackers.set(job.id, tracker);
    this.#follow(tracker, source).catch((error) => this.#failed.reject(error));
  }

  /** One run after the other, until the job is removed. */
  async #follow(tracker: RunTracker, source: LogSource): Promise<void> {
    const { writer, query } = this.#options;
    const firstRun = source.run;
    const wasDown = !isUp(tracker.last.status);
    for (let run = firstRun, isFirst = true;; isFirst = false) {
      if (run > 0) await this.#followRun(tracker, run, isFirst ? source : undefined);
      if (this.#signal.aborted) return;
      // That a job among others was down before anybody looked is no news.
      if (run > 0 && !(isFirst && wasDown && this.#options.isAll)) {
        const text = `${nameJob(tracker.last)} ${describeEnd(tracker.last, run)}`;
        await writer.remark({ job: tracker.last, run }, "ended", text);
      }
      if (await tracker.next(run) === "gone") break;
      run++;
      const { last } = tracker;
      await writer.remark({ job: last, run }, "started", `${nameJob(last)} started, run ${run}`);
    }
    const { last } = tracker;
    await writer.remark({ job: last, run: last.run }, "removed", `${nameJob(last)} was removed`);
    query.read?.remove(last.id);
    this.#trackers.delete(last.id);
    if (this.#trackers.size === 0 && !this.#options.isAll) this.#allGone.resolve();
  }

  /** `first` is what was asked for, where the run is the first. */
  async #followRun(tracker: RunTracker, run: number, first?: LogSource): Promise<void> {
    const { query, writer } = this.#options;
    const { clock, paths } = this.#ctx;
    const { last } = tracker;
    const stretch = first?.reading?.stretches.find((each) => each.run === run) ??
      { run, from: {}, to: {} };
    const batches = readLogBatches(runLogPaths(paths.logsDir, last.id, run), {
      clock,
      ...(first ? { tail: query.lines, sinceMs: query.sinceMs } : {}),
      ...askOf(first ?? { job: last, run }, stretch, query),
      follow: { signal: this.#signal, ended: tracker.ended(run) },
    });
    for await (const batch of wantedLines(this.#ctx, batches, query)) {
      await writer.write({ job: tracker.last, run }, batch);
    }
  }
}

/** How a run ended, as far as the job still shows it. */
function describeEnd(job: JobView, run: number): string {
  if (job.run !== run) return `ended, run ${run}`;
  const code = job.signal ?? job.exit_code;
  const ended = code === null ? "ended" : `ended (${code})`;
  const status = job.status === "backoff" || job.status === "starting"
    ? `${ended}, starts again`
    : formatStatus(job);
  return `${status}, run ${run}${job.reason ? `: ${job.reason}` : ""}`;
}
