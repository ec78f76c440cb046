/**
 * `project/` reads the file in which a project declares its jobs, tells everything that is wrong in it at once, each with
 * its place, and makes a plan of what is right: pure but for reading. It starts nothing, and the daemon knows nothing of
 * it: what a client would send is the plan.
 */
import type { PortWish } from "../base/ports.ts";
import type { RestartPolicy } from "../protocol/values.ts";

/** What is declared, resolved with the environment of whoever asks. */
export interface ProjectPlan {
  /** Absolute. */
  readonly file: string;
  readonly dir: string;
  readonly name?: string | undefined;
  /** Each after those it depends on, else in the order of the file. */
  readonly jobs: readonly PlannedJob[];
  /** The names of jobs that can be started at once, level after level. */
  readonly levels: readonly (readonly string[])[];
}

/** A job as it is declared; ports stand in its texts as `${ports.NAME}`, which the daemon fills in when it starts. */
export interface PlannedJob {
  readonly name: string;
  readonly description?: string | undefined;
  /** argv; of a text that is the shell's, the shell and the text. */
  readonly command: readonly string[];
  /** Absolute. */
  readonly workdir: string;
  /** What is declared, to be laid over the environment of whoever starts it; null takes a variable away. */
  readonly env: Readonly<Record<string, string | null>>;
  /** Where some of `env` is from, what comes later counting more. */
  readonly env_files: readonly PlannedEnvFile[];
  readonly restart: RestartPolicy;
  readonly stop: {
    readonly signal?: string | undefined;
    readonly timeout_ms?: number | undefined;
    readonly command?: readonly string[] | undefined;
  };
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly task: boolean;
  /** Globs, from the workdir. */
  readonly inputs: readonly string[];
  readonly confirm: boolean;
  readonly autostart: boolean;
  readonly groups: readonly string[];
  readonly depends_on: readonly Dependency[];
  readonly ports: readonly PlannedPort[];
  readonly ready?: ReadyProbe | undefined;
  readonly health?: HealthProbe | undefined;
  readonly watch?: WatchPlan | undefined;
  readonly schedule?: SchedulePlan | undefined;
  readonly memory_limit_bytes?: number | undefined;
  readonly log_max_bytes?: number | undefined;
  readonly runs_kept?: number | undefined;
}

/** What a job waits for before it starts. */
export interface Dependency {
  readonly job: string;
  readonly for: "started" | "ready" | "completed";
  /** Whether it is started again after the other one was. */
  readonly restart: boolean;
}

/** A file of variables, and what it says now. */
export interface PlannedEnvFile {
  /** Absolute. */
  readonly path: string;
  readonly required: boolean;
  readonly variables: Readonly<Record<string, string>>;
  /** Nobody who reads such files can take it for anything else. */
  readonly isPlain: boolean;
}

/** A port that a job wants by a name. */
export interface PlannedPort {
  readonly name: string;
  readonly wish: PortWish;
}

/** What a probe looks at: exactly one of these. */
export interface ProbeTarget {
  readonly http?: string | undefined;
  /** Statuses of `http` that count beside 2xx and 3xx. */
  readonly status?: readonly number[] | undefined;
  /** `PORT` or `HOST:PORT`. */
  readonly tcp?: string | undefined;
  readonly command?: readonly string[] | undefined;
  /** All ports that the job declares. */
  readonly ports?: true | undefined;
  /** A regular expression for a line of the output. */
  readonly log?: string | undefined;
  readonly delay_ms?: number | undefined;
}

/** How to see that a job is ready. */
export interface ReadyProbe extends ProbeTarget {
  readonly interval_ms: number;
  readonly timeout_ms: number;
  readonly within_ms: number;
  readonly retries: number;
}

/** How to see that it is still well. */
export interface HealthProbe extends ProbeTarget {
  readonly interval_ms: number;
  readonly timeout_ms: number;
  readonly grace_ms: number;
  readonly retries: number;
  readonly then: "report" | "restart";
}

/** Files, from the workdir, and what is done when they change. */
export interface WatchPlan {
  readonly paths: readonly string[];
  readonly ignore: readonly string[];
  readonly debounce_ms: number;
  readonly do:
    | { readonly action: "restart" }
    | { readonly action: "signal"; readonly signal: string }
    | { readonly action: "run"; readonly job: string };
}

/** When a job is started by itself: by one of the two. */
export interface SchedulePlan {
  readonly cron?: string | undefined;
  readonly every_ms?: number | undefined;
  readonly timezone?: string | undefined;
}
