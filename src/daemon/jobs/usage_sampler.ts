import type { Clock } from "../../base/clock.ts";
import type { Job } from "./job.ts";
import type { RunRecord } from "../../store/store.ts";
import { rootsOf } from "./roots_of.ts";
import type { LeftBehind } from "../runs/left_behind.ts";
import type { Usage } from "./job_view.ts";

/** What one look at the processes of several trees finds; the same order as the trees. */
export interface TreeSample {
  /** CPU time used so far by the processes that are there now, in milliseconds. */
  readonly cpuMs: number;
  readonly memoryBytes: number;
  readonly ports: readonly number[];
}

/** How the sampler looks at trees, each given by some of its pids; platform/processes/process_usage.ts, or a fake. */
export type LookAtTrees = (roots: readonly (readonly number[])[]) => TreeSample[];

/** Looking costs a pass over all processes, so it is done at most this often, and only when somebody asks. */
const SAMPLE_EVERY_MS = 1_000;

/** Between two looks at memory and ports there are so many times what one costs. */
const RESTS_PER_LOOK = 4;

/** What a {@linkcode UsageSampler} needs. */
export interface UsageSamplerOptions {
  readonly clock: Clock;
  readonly look: LookAtTrees;
  /** For a single tree, without what `look` remembers of all; `look` itself by default. */
  readonly lookOnce?: LookAtTrees;
  readonly jobs: () => Job[];
  /** Looked at beside: what runs that are over have left. */
  readonly left: Pick<LeftBehind, "refresh">;
}

/** CPU, memory and listening ports of each job's whole tree, as of the last time anybody asked. */
export class UsageSampler {
  readonly #clock: Clock;
  readonly #look: LookAtTrees;
  readonly #lookOnce: LookAtTrees;
  readonly #jobs: () => Job[];
  readonly #left: Pick<LeftBehind, "refresh">;
  #usage = new Map<string, Usage>();
  #cpu = new Map<string, { cpuMs: number; at: number }>();
  /** By run. */
  #ports: ReadonlyMap<string, readonly number[]> = new Map();
  #sampledAt = -Infinity;
  #lookedAt = -Infinity;
  #costMs = 0;

  constructor(options: UsageSamplerOptions) {
    this.#left = options.left;
    this.#clock = options.clock;
    this.#look = options.look;
    this.#lookOnce = options.lookOnce ?? options.look;
    this.#jobs = options.jobs;
  }

  /** The last sample of a job. */
  usageOf(jobId: string): Usage | undefined {
    return this.#usage.get(jobId);
  }

  /** Samples, unless the last sample is fresh enough. */
  refresh(): void {
    this.#left.refresh();
    const now = this.#clock.monotonic();
    if (now - this.#sampledAt < SAMPLE_EVERY_MS) return;
    this.#sampledAt = now;
    const live = this.#live();
    const found = this.#lookAtAll(live);
    const usage = new Map<string, Usage>();
    const cpu = new Map<string, { cpuMs: number; at: number }>();
    live.forEach((job, index) => {
      const tree = found[index]!;
      const key = job.run!.runId;
      cpu.set(key, { cpuMs: tree.cpuMs, at: now });
      usage.set(job.id, {
        cpuPercent: this.#percent(job, tree.cpuMs, now),
        memoryBytes: tree.memoryBytes,
        ports: tree.ports,
      });
    });
    this.#usage = usage;
    this.#cpu = cpu;
  }

  /**
   * The same, and what can have changed since the last sample as it is now: memory and ports. CPU is told over a second
   * at least, so it stays. When looking takes long, as with very many jobs, a look may be a little older.
   */
  refreshNow(): void {
    this.refresh();
    const now = this.#clock.monotonic();
    if (now <= Math.max(this.#sampledAt, this.#lookedAt) + this.#costMs * RESTS_PER_LOOK) return;
    const live = this.#live();
    if (live.length === 0) return;
    const found = this.#lookAtAll(live);
    this.#lookedAt = now;
    this.#costMs = this.#clock.monotonic() - now;
    live.forEach((job, index) => this.#renew(job, found[index]!));
  }

  /** Looks at one job, whenever the others were looked at. */
  lookAt(job: Job): void {
    this.refresh();
    if (!job.isLive || this.#clock.monotonic() === this.#sampledAt) return;
    this.#renew(job, this.#lookOnce([rootsOf(job.run!)])[0]!);
  }

  /** The ports that processes of a run listen on, as of a moment ago: all who ask at the same time cost one look. */
  portsOf({ runId }: Pick<RunRecord, "runId">): readonly number[] {
    this.refreshNow();
    return this.#ports.get(runId) ?? [];
  }

  #renew(job: Job, { memoryBytes, ports, cpuMs }: TreeSample): void {
    const now = this.#clock.monotonic();
    const cpuPercent = this.#usage.get(job.id)?.cpuPercent ?? this.#percent(job, cpuMs, now);
    this.#usage.set(job.id, { cpuPercent, memoryBytes, ports });
  }

  #lookAtAll(live: readonly Job[]): readonly TreeSample[] {
    const found = live.length === 0 ? [] : this.#look(live.map((job) => rootsOf(job.run!)));
    this.#ports = new Map(live.map((job, index) => [job.run!.runId, found[index]!.ports]));
    return found;
  }

  #live(): Job[] {
    return this.#jobs().filter((job) => job.isLive);
  }

  /** Since the last sample; for the first one, over the run's life. */
  #percent(job: Job, cpuMs: number, now: number): number {
    const last = this.#cpu.get(job.run!.runId);
    const elapsed = last === undefined ? this.#clock.now() - job.run!.startedAtMs : now - last.at;
    const used = Math.max(0, cpuMs - (last?.cpuMs ?? 0));
    return elapsed <= 0 ? 0 : Math.round(used / elapsed * 1_000) / 10;
  }
}
