import type { CancelTimer, Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import { ROUND_MS } from "../../lifecycle/rounds.ts";
import { guarded } from "../../platform/guarded.ts";
import { killRun } from "../runs/kill_run.ts";
import type { RunHost } from "../runs/run_host.ts";
import type { EventBus } from "./event_bus.ts";
import type { Job } from "./job.ts";
import { rootsOf } from "./roots_of.ts";
import type { Supervisor } from "./supervisor.ts";

/** What the keeper of memory limits works with. */
export interface MemoryKeeperOptions {
  readonly clock: Clock;
  readonly rounds: Clock;
  readonly logger: Logger;
  readonly bus: EventBus;
  readonly host: RunHost;
  /** What several trees hold, each given by some of its pids, in bytes. */
  readonly measure: (roots: readonly (readonly number[])[]) => readonly number[];
  readonly supervisor: () => Pick<Supervisor, "byId" | "activeJobs">;
}

const LOOK_EVERY_MS = ROUND_MS.quiet / 2;
/** Whether it is still over its limit is not long in doubt. */
const LOOK_AGAIN_MS = 250;
/** Between two looks there is so many times what one costs: of a processor this takes 2 %. */
const RESTS_PER_LOOK = 50;
/** But no longer than this, however many processes there are. */
const LONGEST_REST_MS = 5_000;
/** Once is no proof: a process that was just forked counts for a moment as if it had memory of its own. */
const LOOKS_OVER = 2;
const MIB = 2 ** 20;

/** The run of a job that has a limit. */
interface Watched {
  readonly job: Job;
  readonly runId: string;
  looksOver: number;
  isTold: boolean;
}

/** Ends runs that use more memory than their jobs may. Where no job with a limit is up, nobody looks. */
export class MemoryKeeper implements Disposable {
  readonly #options: MemoryKeeperOptions;
  /** By job. */
  readonly #watched = new Map<string, Watched>();
  #listening: Disposable | undefined;
  #cancel: CancelTimer | undefined;

  constructor(options: MemoryKeeperOptions) {
    this.#options = options;
  }

  /** Watches what has a limit, whoever started it, from now on. */
  begin(): void {
    const { bus } = this.#options;
    this.#listening = bus.listen("memory.event", ({ job_id }) => {
      if (job_id !== null) this.#update(job_id);
    }, () => this.#updateAll());
    this.#updateAll();
  }

  [Symbol.dispose](): void {
    this.#listening?.[Symbol.dispose]();
    this.#watched.clear();
    this.#rest();
  }

  #updateAll(): void {
    for (const job of this.#options.supervisor().activeJobs) this.#update(job.id);
  }

  #update(jobId: string): void {
    const job = this.#options.supervisor().byId(jobId);
    const run = job?.isLive && job.record.memoryLimitBytes !== null ? job.run : undefined;
    if (run === undefined) this.#watched.delete(jobId);
    else if (this.#watched.get(jobId)?.runId !== run.runId) {
      this.#watched.set(jobId, { job: job!, runId: run.runId, looksOver: 0, isTold: false });
    }
    if (this.#watched.size === 0) this.#rest();
    else this.#cancel ??= this.#schedule(LOOK_EVERY_MS);
  }

  #rest(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #schedule(pauseMs: number): CancelTimer {
    const goOn = () => this.#cancel = this.#schedule(LOOK_EVERY_MS);
    const look = guarded("memory.look", () => {
      const { clock } = this.#options;
      const since = clock.monotonic();
      this.#look();
      const costMs = clock.monotonic() - since;
      const rest = Math.min(Math.max(LOOK_EVERY_MS, costMs * RESTS_PER_LOOK), LONGEST_REST_MS);
      this.#cancel = this.#schedule(this.#isAnyOver() ? LOOK_AGAIN_MS : rest);
    }, goOn);
    const { clock, rounds } = this.#options;
    return (pauseMs === LOOK_EVERY_MS ? rounds : clock).schedule(pauseMs, look);
  }

  #isAnyOver(): boolean {
    return [...this.#watched.values()].some(({ looksOver, isTold }) => looksOver > 0 && !isTold);
  }

  #look(): void {
    const watched = [...this.#watched.values()].filter(({ job: { record } }) =>
      record.status === "running" || record.status === "starting"
    );
    const found = this.#options.measure(watched.map(({ job }) => rootsOf(job.run!)));
    watched.forEach((each, index) => this.#judge(each, found[index]!));
  }

  #judge(watched: Watched, bytes: number): void {
    const { job } = watched;
    const limit = job.record.memoryLimitBytes!;
    watched.looksOver = bytes > limit ? watched.looksOver + 1 : 0;
    // With a reason already a daemon before us was about to.
    if (watched.looksOver < LOOKS_OVER && job.run!.reason === null) return;
    const reason = job.run!.reason ??
      `over its memory limit (${inMebibytes(bytes)} of ${inMebibytes(limit)})`;
    if (job.run!.reason === null) job.noteReason(reason, "memory.limit");
    const refused = killRun(this.#options.host, job.run!);
    if (watched.isTold) return;
    watched.isTold = true;
    const told = { job: job.id, reason, ...refused.length > 0 && { refused: refused.join(", ") } };
    this.#options.logger.warn("A job was killed", told);
  }
}

function inMebibytes(bytes: number): string {
  return `${Math.ceil(bytes / MIB)} MiB`;
}
