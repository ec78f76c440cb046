import { relative } from "@std/path/posix";
import type { Clock } from "../../base/clock.ts";
import { formatDuration } from "../../base/duration.ts";
import type { Logger } from "../../base/logger.ts";
import type { DirectoryEvents } from "../../platform/watching/directory_events.ts";
import type { FileWatch } from "../../protocol/file_watch.ts";
import { ChangeBurst, type ChangedFiles } from "../watching/change_burst.ts";
import { LoopBrake } from "../watching/loop_brake.ts";
import { TreeWatch } from "../watching/tree_watch.ts";
import { isPlanned } from "./dependencies.ts";
import type { Job } from "./job.ts";
import type { Watching } from "./job_view.ts";

/** What a {@linkcode JobWatch} needs. */
export interface JobWatchOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly events: DirectoryEvents;
  readonly job: Job;
  readonly watch: FileWatch;
  /** Does what follows a change; a number: it cannot be done yet, and is asked again after so many ms. */
  readonly act: (why: string) => number | void;
}

const USUAL_PAUSE_MS = 300;
/** More of one job's directories are no sources of a program any more. */
const MOST_DIRECTORIES = 8_192;

/** Watches the files of one job, and sees to it that what follows a change does so once. */
export class JobWatch implements Disposable {
  readonly #options: JobWatchOptions;
  readonly #tree: TreeWatch;
  readonly #burst: ChangeBurst;
  readonly #brake = new LoopBrake();
  /** It has come while a task ran, which is to end first. */
  #awaiting: ChangedFiles | undefined;
  #changed: Watching["changed"] = null;
  #run: number;
  /** The next run comes of a change. */
  #isOurs = false;
  #held: string | null = null;
  #told: string | null = null;

  constructor(options: JobWatchOptions) {
    this.#options = options;
    const { clock, events, job, watch } = options;
    const { paths, ignore = [], debounce_ms = USUAL_PAUSE_MS } = watch;
    this.#run = job.record.run;
    this.#burst = new ChangeBurst({
      clock,
      quietMs: debounce_ms,
      onQuiet: (changed) => this.#onQuiet(changed),
    });
    this.#tree = new TreeWatch({
      ...{ clock, events, paths, ignore },
      directory: job.record.workdir,
      mostDirectories: MOST_DIRECTORIES,
      onChange: (path) => this.#burst.add(path),
      onNews: () => this.#tellNews(),
    });
  }

  /** What may be shown of it. */
  get watching(): Watching {
    const { directories } = this.#tree;
    return { directories, problem: this.#problem, changed: this.#changed };
  }

  begin(): void {
    this.#tree.begin();
  }

  /** Something has happened to the job. */
  see(): void {
    const { job, clock } = this.#options;
    const { run } = job.record;
    if (run !== this.#run) {
      // One that did not come of a change came of somebody's wish.
      if (run === this.#run + 1 && this.#isOurs) this.#brake.noteBegun(clock.monotonic());
      else this.#setFree();
      [this.#run, this.#isOurs] = [run, false];
    }
    const awaiting = this.#awaiting;
    if (awaiting === undefined || job.isUp) return;
    this.#awaiting = undefined;
    this.#burst.add(awaiting.path);
  }

  [Symbol.dispose](): void {
    this.#burst[Symbol.dispose]();
    this.#tree[Symbol.dispose]();
  }

  get #problem(): string | null {
    const all = [this.#held, this.#tree.problem].filter((each) => each !== null);
    return all.length === 0 ? null : all.join("; ");
  }

  #setFree(): void {
    this.#brake.reset();
    this.#held = null;
  }

  /** @returns how long it has to wait; 0 when it is dealt with */
  #onQuiet(changed: ChangedFiles): number {
    const { clock, job, act } = this.#options;
    if (!this.#mayFollow()) return 0;
    if (this.#restarts && job.record.project?.isTask && job.isUp) {
      this.#awaiting = changed;
      return 0;
    }
    const holdMs = this.#brake.holdMs(clock.monotonic());
    if (holdMs > 0) {
      this.#tellHeld(changed, holdMs);
      return holdMs;
    }
    const before = this.#changed;
    const { path, count } = changed;
    const from = job.record.workdir;
    this.#changed = { path: path && relative(from, path), count, atMs: clock.now() };
    this.#isOurs = this.#restarts;
    const later = act(`${this.#describe(changed)} changed`);
    if (typeof later === "number") {
      [this.#changed, this.#isOurs] = [before, false];
      return later;
    }
    this.#held = null;
    this.#brake.note(clock.monotonic());
    return 0;
  }

  get #restarts(): boolean {
    return (this.#options.watch.do?.action ?? "restart") === "restart";
  }

  /** What is on its way down, or yet to be started, finds the files as they are; what was stopped stays so. */
  #mayFollow(): boolean {
    const { job: { record, isUp } } = this.#options;
    if (!this.#restarts) return record.desired === "up" || record.awaitsChange;
    if (record.status === "stopping" || isPlanned(record)) return false;
    return isUp || record.awaitsChange;
  }

  /** `src/a.ts`, or `src/a.ts and 3 more`. */
  #describe({ path, count }: ChangedFiles): string {
    if (path === null) return "many files";
    const first = relative(this.#options.job.record.workdir, path);
    return count === 1 ? first : `${first} and ${count - 1} more`;
  }

  #tellHeld(changed: ChangedFiles, holdMs: number): void {
    if (this.#held !== null) return;
    this.#held = `held for ${formatDuration(holdMs)}: ${this.#brake.inARow} times in a row ` +
      `a change followed soon after what the last one had led to, now of ${
        this.#describe(changed)
      }: ` +
      "if the job writes that itself, leave it out (ignore)";
    this.#tellNews();
  }

  #tellNews(): void {
    const { logger, job } = this.#options;
    const problem = this.#problem;
    if (problem === this.#told) return;
    this.#told = problem;
    if (problem !== null) {
      logger.warn("Files of a job are watched, but", { job: job.id, problem });
    }
    job.amend({});
  }
}
