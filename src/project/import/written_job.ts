import type { JobKey } from "../schema.ts";

/** A command: text is the shell's, a list is argv. */
export type WrittenCommand = string | readonly string[];

/** What a job waits for of another one. */
export type WrittenEdge =
  | "started"
  | "ready"
  | "completed"
  | { readonly for: "started" | "ready" | "completed"; readonly restart: boolean };

/** A file of variables. */
export interface WrittenEnvFile {
  readonly path: string;
  readonly required: boolean;
}

/** Variables by name; in their texts `${NAME}` is filled in, and a dollar is written twice. */
export type WrittenEnv = Readonly<Record<string, string | number | boolean | null>>;

/** How to see that a job is ready, or well. */
export interface WrittenProbe {
  readonly http?: string;
  readonly tcp?: string | number;
  readonly log?: string;
  readonly command?: WrittenCommand;
  readonly delay?: string;
  readonly ports?: true;
  readonly status?: readonly number[];
  readonly interval?: string;
  readonly timeout?: string;
  readonly within?: string;
  readonly retries?: number;
  readonly grace?: string;
  readonly then?: "report" | "restart";
}

interface WrittenValues {
  command: WrittenCommand;
  description: string;
  cwd: string;
  env: WrittenEnv;
  env_file: readonly WrittenEnvFile[];
  shell: readonly string[];
  task: boolean;
  inputs: readonly string[];
  confirm: boolean;
  depends_on: Readonly<Record<string, WrittenEdge>>;
  ready: WrittenProbe;
  health: WrittenProbe;
  /** A text is a number that a variable stands for. */
  ports: Readonly<Record<string, number | string | { readonly prefer: number }>>;
  restart: string;
  stop: {
    readonly signal?: string;
    readonly timeout?: string;
    readonly command?: WrittenCommand;
  };
  autostart: boolean;
  watch: {
    readonly paths: readonly string[];
    readonly ignore?: readonly string[];
    readonly debounce?: string;
    readonly do?: string;
  };
  memory_limit: string | number;
  schedule: { readonly cron?: string; readonly every?: string; readonly timezone?: string };
  groups: readonly string[];
  stdin: boolean;
  tty: boolean;
  log_max_bytes: string | number;
  runs_kept: number;
}

/** What stands under a job in imp.yaml, as one would write it. */
export type WrittenJob = { readonly [Key in JobKey]?: WrittenValues[Key] | undefined };

/** What stands at the top of imp.yaml beside the jobs. */
export interface WrittenProject {
  readonly name?: string | undefined;
  readonly env?: WrittenEnv | undefined;
  readonly env_file?: readonly WrittenEnvFile[] | undefined;
  readonly shell?: readonly string[] | undefined;
}
