import type { Clock } from "../base/clock.ts";
import { type RunLogPaths, runLogPaths } from "../logs/log_paths.ts";
import type { LineCount } from "./line_counter.ts";
import type { OutputLine } from "./output_buffer.ts";
import { RunFollower } from "./run_follower.ts";
import type { OutputAction, OutputTarget } from "./state.ts";

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

  constructor(options: OutputFeedOptions) {
    this.#options = options;
  }

  /** From now on this run. The end of an earlier run of the same job is still read. */
  show(target: OutputTarget | undefined): void {
    const before = this.#target;
    this.#target = target;
    const isSameJob = target !== undefined && before?.jobId === target.jobId;
    if (isSameJob && before?.run === target.run) {
      if (!target.isLive) this.#follower?.end();
      return;
    }
    if (isSameJob && this.#follower) {
      this.#follower.end();
      return;
    }
    this.#follower?.[Symbol.dispose]();
    this.#follower = undefined;
    this.#actions = [];
    if (target) this.#start(target);
  }

  /** While paused nothing is read: the user looks at lines that new ones would push out. */
  setPaused(isPaused: boolean): void {
    this.#follower?.setPaused(isPaused);
  }

  /** While paused: what was written since, and was not read. */
  countUnread(): LineCount | undefined {
    return this.#follower?.countUnread();
  }

  /** What has come since the last call. */
  take(): OutputAction[] {
    const actions = this.#actions;
    this.#actions = [];
    this.#follower?.taken();
    return actions;
  }

  [Symbol.dispose](): void {
    this.#follower?.[Symbol.dispose]();
    this.#follower = undefined;
  }

  #start(target: OutputTarget): void {
    const { jobId, run } = target;
    const paths: RunLogPaths = runLogPaths(this.#options.logsDir, jobId, run);
    const add = (lines: readonly OutputLine[], open: readonly OutputLine[]) =>
      this.#add({ type: "output", jobId, run, lines, open });
    const follower = new RunFollower({ ...this.#options, paths, onLines: add });
    this.#follower = follower;
    this.#add({ type: "output_opened", jobId, run });
    if (!target.isLive) follower.end();
    void follower.done.then(() => {
      if (this.#follower !== follower) return;
      this.#add({ type: "output_ended", jobId, run });
      const next = this.#target;
      if (next && next.run !== run) this.#start(next);
    });
  }

  #add(action: OutputAction): void {
    const last = this.#actions.at(-1);
    if (action.type === "output" && last?.type === "output") {
      this.#actions[this.#actions.length - 1] = {
        ...action,
        lines: [...last.lines, ...action.lines],
      };
    } else {
      this.#actions.push(action);
    }
    this.#options.onChange();
  }
}
