import { messageOf } from "../base/app_error.ts";
import type { Clock } from "../base/clock.ts";
import { runLogPaths } from "../logs/log_paths.ts";
import { type LineCount, LineCounter } from "./line_counter.ts";
import { type Extent, remark, type RunPlace } from "./output_line.ts";
import type { OutputPage, PageWish } from "./output_window.ts";
import { keptExtent, type PageSource, readAfter, readAround, readBefore } from "./read_page.ts";
import { RunFollower } from "./run_follower.ts";
import { searchOutput } from "./search_output.ts";
import type { OutputAction, SearchEffect } from "./action.ts";
import type { OutputTarget } from "./state.ts";

/** Options of {@linkcode OutputFeed}. */
export interface OutputFeedOptions {
  readonly logsDir: string;
  readonly color: boolean;
  readonly clock: Clock;
  /** There is something to take. */
  readonly onChange: () => void;
}

/**
 * The output of whatever run is to be shown, from its log files. It is taken by the frame; as long as nobody takes it,
 * nothing more is read, so a job that prints faster than anybody can see costs no memory.
 */
export class OutputFeed implements Disposable {
  readonly #options: OutputFeedOptions;
  #actions: OutputAction[] = [];
  #target: OutputTarget | undefined;
  #follower: RunFollower | undefined;
  /** Of each stream, while nothing is followed. */
  #counters: { readonly place: RunPlace; readonly counters: readonly LineCounter[] } | undefined;

  constructor(options: OutputFeedOptions) {
    this.#options = options;
  }

  /**
   * From now on this run. The end of an earlier run of the same job is still read. Of one that is not followed nothing
   * comes but what is asked for. `isOpen` is false where nothing is shown: who looks at another job and comes back before
   * the next frame has forgotten what was there.
   */
  show(target: OutputTarget | undefined, isOpen = true): void {
    const isOpening = this.#actions.some(({ type }) => type === "output_opened");
    const before = isOpen || isOpening ? this.#target : undefined;
    this.#target = target;
    if (target?.isFollowed && this.#follower && isContinued(before, target)) {
      if (!target.isLive || before!.run !== target.run) this.#follower.end();
      return;
    }
    if (target && before && isSameTarget(before, target)) return;
    this.#stop();
    this.#actions = [];
    if (target?.isFollowed) this.#start(target);
  }

  /** What has come since the last call. */
  take(): OutputAction[] {
    const actions = this.#actions;
    this.#actions = [];
    this.#follower?.taken();
    return actions;
  }

  /** Reads what the view lacks. */
  read(wish: PageWish): OutputAction | undefined {
    const target = this.#target;
    if (target === undefined) return undefined;
    const run = wish.where === "whole" ? target.run : wish.place.run;
    const { jobId } = target;
    const { where } = wish;
    const page = this.#readPage({ ...this.#sourceOf(target), run }, wish);
    const seek = where === "whole" ? wish.seek : undefined;
    return { type: "output_page", jobId, run: target.run, where, page, seek };
  }

  /** Looks for a line in all that is kept. */
  search(
    { target, ...wish }: SearchEffect,
    signal: AbortSignal,
  ): ReturnType<typeof searchOutput> {
    return searchOutput({ ...wish, source: this.#sourceOf(target), signal });
  }

  /** What is kept now, and how many lines were written since the place was the end; while nothing is followed. */
  kept(heldAt: RunPlace | undefined): { extent: Extent | undefined; unread: LineCount } {
    const target = this.#target;
    if (target === undefined || target.isFollowed) return NOTHING;
    try {
      const run = heldAt?.run ?? target.run;
      const source = { ...this.#sourceOf(target), run };
      return { extent: keptExtent(source), unread: this.#countSince(source, heldAt) };
    } catch {
      // Whoever reads on finds out what is wrong, and tells.
      return NOTHING;
    }
  }

  [Symbol.dispose](): void {
    this.#stop();
  }

  #stop(): void {
    this.#follower?.[Symbol.dispose]();
    this.#follower = undefined;
    this.#counters = undefined;
  }

  #sourceOf({ jobId, run, streams }: OutputTarget): PageSource {
    const { logsDir, color } = this.#options;
    return { logsDir, jobId, run, streams, color };
  }

  #readPage(source: PageSource, wish: PageWish): OutputPage {
    try {
      if (wish.where === "before") return readBefore(source, wish.place.offsets);
      if (wish.where === "after") return readAfter(source, wish.place.offsets);
      return wish.seek === "first" ? readAfter(source) : readAround(source, wish.seek);
    } catch (error) {
      const lines = [remark(`cannot read the output: ${messageOf(error)}`)];
      const nowhere = { from: {}, to: {}, readTo: {}, hasBefore: false, hasAfter: false };
      return { run: source.run, lines, open: [], ...nowhere };
    }
  }

  #countSince({ jobId, logsDir, streams }: PageSource, place: RunPlace | undefined): LineCount {
    if (place === undefined) return NOTHING.unread;
    if (this.#counters?.place !== place) {
      const paths = runLogPaths(logsDir, jobId, place.run);
      const counters = streams.map((kind) =>
        new LineCounter(paths[kind], place.offsets[kind] ?? 0)
      );
      this.#counters = { place, counters };
    }
    const counts = this.#counters.counters.map((counter) => counter.count());
    const lines = counts.reduce((sum, count) => sum + count.lines, 0);
    return { lines, isAll: counts.every(({ isAll }) => isAll) };
  }

  #start(target: OutputTarget, isNext = false): void {
    const { jobId, run } = target;
    const follower: RunFollower = new RunFollower({
      source: this.#sourceOf(target),
      clock: this.#options.clock,
      onLines: (arrival) => this.#add({ type: "output", jobId, run, ...arrival }),
      onBehind: () => {
        follower[Symbol.dispose]();
        if (this.#follower === follower) this.#start(target);
      },
    });
    this.#follower = follower;
    this.#add({ type: "output_opened", jobId, run, page: follower.page, isNext });
    const wanted = this.#target;
    if (wanted?.run !== run || !wanted.isLive) follower.end();
    void follower.done.then(() => {
      if (this.#follower !== follower) return;
      this.#add({ type: "output_ended", jobId, run });
      const next = this.#target;
      if (next && next.run !== run) this.#start(next, true);
    });
  }

  #add(action: OutputAction): void {
    const last = this.#actions.at(-1);
    if (action.type === "output" && last?.type === "output" && last.run === action.run) {
      const lines = [...last.lines, ...action.lines];
      this.#actions[this.#actions.length - 1] = { ...action, lines };
    } else this.#actions.push(action);
    this.#options.onChange();
  }
}

const NOTHING = { extent: undefined, unread: { lines: 0, isAll: true } };

/** The same, or the next run of the same job. */
function isContinued(before: OutputTarget | undefined, target: OutputTarget): boolean {
  return before !== undefined && before.jobId === target.jobId && before.isFollowed &&
    before.run <= target.run && before.isPinned === target.isPinned &&
    before.streams.join() === target.streams.join() &&
    (before.run === target.run || !target.isPinned);
}

function isSameTarget(before: OutputTarget, target: OutputTarget): boolean {
  return before.jobId === target.jobId && before.run === target.run &&
    before.isFollowed === target.isFollowed && before.streams.join() === target.streams.join();
}
