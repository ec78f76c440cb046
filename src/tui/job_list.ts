import type { JobStatus, JobView } from "../protocol/job_view.ts";
import { toPlainText } from "../text/clean_text.ts";

/** A job as the list shows it, with what it used over the last seconds. */
export interface JobItem {
  readonly job: JobView;
  /** CPU percents, oldest first; one for each sample. */
  readonly cpu: readonly number[];
  /** The job as it was when its last run that ended had ended; it may run again already. */
  readonly ended: JobView | undefined;
}

/** How many samples a sparkline can show. */
export const CPU_SAMPLES = 16;

/** True while the processes of the current run may write output. */
export function hasLiveRun(status: JobStatus): boolean {
  return status === "starting" || status === "running" || status === "stopping";
}

/** What people call the job: its name, else its command. */
export function labelOf(job: JobView): string {
  return toPlainText(job.name ?? job.command.join(" "));
}

/** Exactly these jobs, in the order they were made, with the samples of those that we knew. */
export function replaceJobs(items: readonly JobItem[], jobs: readonly JobView[]): JobItem[] {
  const known = new Map(items.map((item) => [item.job.id, item]));
  return jobs.map((job) => toItem(known.get(job.id), job)).sort(byCreation);
}

/** With this job added, or in the place of the one with its id. */
export function upsertJob(items: readonly JobItem[], job: JobView): JobItem[] {
  const index = items.findIndex((item) => item.job.id === job.id);
  if (index < 0) return [...items, toItem(undefined, job)].sort(byCreation);
  return items.with(index, toItem(items[index], job));
}

/** Without the job. */
export function removeJob(items: readonly JobItem[], id: string): JobItem[] {
  return items.filter((item) => item.job.id !== id);
}

/** Takes over what the processes use, and nothing else: events know the rest sooner. */
export function noteUsage(items: readonly JobItem[], jobs: readonly JobView[]): JobItem[] {
  const samples = new Map(jobs.map((job) => [job.id, job]));
  return items.map((item) => {
    const sample = samples.get(item.job.id);
    if (!sample || sample.run !== item.job.run || !hasLiveRun(item.job.status)) return item;
    const { ports, cpu_percent, memory_bytes } = sample;
    return {
      ...item,
      job: { ...item.job, ports, cpu_percent, memory_bytes },
      cpu: [...item.cpu, cpu_percent ?? 0].slice(-CPU_SAMPLES),
    };
  });
}

/** The jobs that have every word of the filter in their name, id, status or command, in any case. */
export function filterJobs(items: readonly JobItem[], filter: string): readonly JobItem[] {
  const words = filter.toLowerCase().split(/\s+/).filter((word) => word !== "");
  if (words.length === 0) return items;
  return items.filter(({ job }) => {
    const text = [job.name ?? "", job.id, job.status, job.command.join(" ")].join("\n")
      .toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

function toItem(known: JobItem | undefined, job: JobView): JobItem {
  const isLive = hasLiveRun(job.status);
  const ended = isLive ? known?.ended : job;
  if (known === undefined || known.job.run !== job.run || !isLive) {
    return { job, cpu: isLive ? [] : known?.cpu ?? [], ended };
  }
  // An event tells of a change, not of a sample: what was measured last stays.
  const { job: old, cpu } = known;
  return {
    job: {
      ...job,
      ports: job.ports.length > 0 ? job.ports : old.ports,
      cpu_percent: job.cpu_percent ?? old.cpu_percent,
      memory_bytes: job.memory_bytes ?? old.memory_bytes,
    },
    cpu,
    ended,
  };
}

function byCreation(a: JobItem, b: JobItem): number {
  if (a.job.created_at !== b.job.created_at) return a.job.created_at < b.job.created_at ? -1 : 1;
  return a.job.id < b.job.id ? -1 : 1;
}
