/** What a process may use at most, as getrlimit(2) calls it, and what people do. */
export const LIMITS = {
  cpu: "limit of processor time",
  fsize: "limit of file sizes",
  data: "limit of data",
  stack: "limit of the stack",
  core: "limit of core files",
  rss: "limit of resident memory",
  nproc: "limit of processes",
  nofile: "limit of open files",
  memlock: "limit of locked memory",
  as: "limit of memory",
  locks: "limit of file locks",
  sigpending: "limit of pending signals",
  msgqueue: "limit of message queues",
  nice: "limit of niceness",
  rtprio: "limit of real-time priority",
  rttime: "limit of real-time processor time",
} as const;
export type LimitName = keyof typeof LIMITS;

/** What holds now, and what it can be raised to; null: no limit. */
export type Limit = [soft: number | null, hard: number | null];

/** What the system lends a process beside its environment, and that it hands on to those it starts. Linux only. */
export interface Surroundings {
  readonly nice?: number | undefined;
  /** The processors that it may run on, such as `0-3,8`. */
  readonly cpus?: string | undefined;
  /** How willing the kernel is to kill it when memory is short; -1000 to 1000. */
  readonly oom_score_adj?: number | undefined;
  readonly limits?: Partial<Record<LimitName, Limit>> | undefined;
}

/** Where a process stands in the system; nobody can put a job into another one's place. */
export interface Standing {
  /** Which namespace of each kind, by an id that is good for comparing. */
  readonly namespaces?: Readonly<Record<string, string>> | undefined;
  /** The path of its control group. */
  readonly cgroup?: string | undefined;
  /** Which directory is `/`, by an id that is good for comparing. */
  readonly root?: string | undefined;
}
