import type { Job } from "./job.ts";
import { isWanted } from "./job_facts.ts";

/**
 * All jobs, the oldest first, each found at once by its id, its name or its definition, however many there are: most
 * are runs that are long over, and every command would pay for them. A job's name, workdir and command change only
 * within `reindex`.
 */
export class JobTable implements Iterable<Job> {
  readonly #byId = new Map<string, Job>();
  readonly #byName = new Map<string, Set<Job>>();
  readonly #byDefinition = new Map<string, Set<Job>>();
  readonly #active = new Set<Job>();
  #longestId = 0;

  get size(): number {
    return this.#byId.size;
  }

  [Symbol.iterator](): Iterator<Job> {
    return this.#byId.values();
  }

  add(job: Job): void {
    this.#byId.set(job.id, job);
    this.#index(job);
    this.#longestId = Math.max(this.#longestId, job.id.length);
    this.#active.add(job);
  }

  delete(job: Job): void {
    this.#byId.delete(job.id);
    this.#unindex(job);
    this.#active.delete(job);
  }

  /** Changes what a job is found by; it keeps its place among the others. */
  reindex(job: Job, change: () => void): void {
    this.#unindex(job);
    try {
      change();
    } finally {
      this.#index(job);
    }
  }

  #index(job: Job): void {
    const { name, workdir, command } = job.record;
    if (name !== null) addTo(this.#byName, name, job);
    addTo(this.#byDefinition, toKey(workdir, command), job);
  }

  #unindex(job: Job): void {
    const { name, workdir, command } = job.record;
    if (name !== null) removeFrom(this.#byName, name, job);
    removeFrom(this.#byDefinition, toKey(workdir, command), job);
  }

  byId(id: string): Job | undefined {
    return this.#byId.get(id);
  }

  /** The oldest, should a store that was recovered have several. */
  byName(name: string): Job | undefined {
    return this.#byName.get(name)?.values().next().value;
  }

  /** Those with this command in this directory, the oldest first. */
  withDefinition(workdir: string, command: readonly string[]): Job[] {
    return [...this.#byDefinition.get(toKey(workdir, command)) ?? []];
  }

  /** Those whose ids begin so. */
  withPrefix(prefix: string): Job[] {
    return [...this].filter((job) => job.id.startsWith(prefix));
  }

  /** Those that the project's file puts in this group. */
  withGroup(group: string): Job[] {
    return [...this].filter(({ record }) => record.project?.groups.includes(group));
  }

  /** True when a job is called so, or could be by a shortened id. */
  isTaken(id: string): boolean {
    if (this.#byId.has(id) || this.#byName.has(id)) return true;
    return id.length < this.#longestId && this.withPrefix(id).length > 0;
  }

  /** The same job; to be called before one that may be down is started. */
  activate(job: Job): Job {
    this.#active.add(job);
    return job;
  }

  /** Those that are up, are wanted up, come up by a change or a schedule, or have a run whose end is not stored. */
  active(): Job[] {
    for (const job of this.#active) {
      // Without `activate` none of these comes back: so it need not be asked again.
      if (!job.isLive && !isWanted(job.record)) this.#active.delete(job);
    }
    return [...this.#active];
  }
}

function toKey(workdir: string, command: readonly string[]): string {
  return JSON.stringify([workdir, ...command]);
}

function addTo(index: Map<string, Set<Job>>, key: string, job: Job): void {
  const jobs = index.get(key);
  if (jobs === undefined) index.set(key, new Set([job]));
  else jobs.add(job);
}

function removeFrom(index: Map<string, Set<Job>>, key: string, job: Job): void {
  const jobs = index.get(key);
  jobs?.delete(job);
  if (jobs?.size === 0) index.delete(key);
}
