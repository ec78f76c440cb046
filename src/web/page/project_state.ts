import type { ImpEvent } from "../../protocol/event.ts";
import { jobOf } from "../../protocol/job_of_event.ts";
import type { JobView } from "../../protocol/job_view.ts";

/** What a job used at a time. */
export interface Sample {
  readonly timeS: number;
  /** Null where nobody knows. */
  readonly cpu: number | null;
  readonly memory: number | null;
}

/** A line of the stream `watch`. */
export type WatchLine =
  | { readonly type: "snapshot"; readonly seq: number; readonly jobs: readonly JobView[] }
  | ({ readonly type: "event" } & ImpEvent)
  | { readonly type: "link"; readonly link: Link; readonly reason?: string }
  | { readonly type: "usage"; readonly time: string; readonly jobs: readonly Usage[] };

type Usage = Pick<JobView, "id" | "cpu_percent" | "memory_bytes" | "ports" | "ports_declared">;

/** Whether what is shown is how it is: `down` is a project that has no daemon, `lost` an imp web that is gone. */
export type Link = "connecting" | "connected" | "reconnecting" | "down" | "lost";

/** Ten minutes, a sample a second. */
const MOST_SAMPLES = 600;
const MOST_EVENTS = 200;

/** What is known of the project that is shown. */
export class ProjectState {
  link: Link = "connecting";
  reason = "";
  readonly jobs = new Map<string, JobView>();
  readonly samples = new Map<string, Sample[]>();
  /** The newest last. */
  readonly events: ImpEvent[] = [];
  /** Whether it is known which jobs there are. */
  isLoaded = false;
  /** Events up to here are older than what is known. */
  #seq = 0;
  #lastEvent = 0;

  /** The number of the last event that is known; 0: none. */
  get lastEvent(): number {
    return this.#lastEvent;
  }

  /** In the order in which they were made. */
  list(): JobView[] {
    return [...this.jobs.values()].sort((a, b) =>
      a.created_at < b.created_at ? -1 : a.created_at > b.created_at ? 1 : a.id < b.id ? -1 : 1
    );
  }

  /** Takes a line of the stream. */
  take(line: WatchLine): void {
    if (line.type === "snapshot") this.#takeAll(line);
    else if (line.type === "event") this.#takeEvent(line);
    else if (line.type === "usage") this.#takeUsage(line);
    else [this.link, this.reason] = [line.link, line.reason ?? ""];
  }

  #takeAll({ seq, jobs }: WatchLine & { type: "snapshot" }): void {
    this.isLoaded = true;
    // Another store has begun anew.
    if (seq < this.#seq) this.#lastEvent = 0;
    this.#seq = seq;
    this.jobs.clear();
    for (const job of jobs) this.jobs.set(job.id, job);
    for (const id of this.samples.keys()) {
      if (!this.jobs.has(id)) this.samples.delete(id);
    }
  }

  #takeEvent({ type: _, ...event }: WatchLine & { type: "event" }): void {
    if (event.seq <= this.#lastEvent) return;
    this.#lastEvent = event.seq;
    this.events.push(event);
    if (this.events.length > MOST_EVENTS) this.events.shift();
    const job = jobOf(event);
    if (job === undefined || event.seq <= this.#seq) return;
    if (event.event === "job_removed") {
      this.jobs.delete(job.id);
      this.samples.delete(job.id);
    } else this.jobs.set(job.id, job);
  }

  #takeUsage({ time, jobs }: WatchLine & { type: "usage" }): void {
    const timeS = Date.parse(time) / 1_000;
    for (const usage of jobs) {
      const job = this.jobs.get(usage.id);
      if (job === undefined) continue;
      this.jobs.set(job.id, { ...job, ...usage });
      const samples = this.samples.get(job.id) ?? [];
      samples.push({ timeS, cpu: usage.cpu_percent, memory: usage.memory_bytes });
      if (samples.length > MOST_SAMPLES) samples.shift();
      this.samples.set(job.id, samples);
    }
  }
}
