import type { Surroundings } from "../base/surroundings.ts";
import type { PortWish } from "../base/ports.ts";
import type { TerminalSize } from "../base/terminal_size.ts";
import type { FileWatch } from "../protocol/file_watch.ts";
import type { HealthCheck, ReadyCheck } from "../protocol/readiness.ts";
import type { Schedule } from "../protocol/schedule.ts";
import type { SqlRow, SqlValue } from "../platform/sqlite.ts";
import { readJsonColumn } from "./row_values.ts";
import type { StoredProcess } from "./run_record.ts";

/** A job as the store keeps it: what to run, what the user asked for, and where it is. */
export interface JobRecord {
  id: string;
  name: string | null;
  description: string | null;
  /** argv, as the user gave it. */
  command: string[];
  workdir: string;
  /** The client's environment. It is in this table and nowhere else. */
  env: Record<string, string>;
  /** What of it was given by hand: names, and files that some are from; null: nobody knows. */
  givenEnv: { names: string[]; files: string[] } | null;
  umask: number;
  restart: RestartRecord;
  stopSignal: string;
  stopTimeoutMs: number;
  /** argv of what asks it to stop in place of the signal; null: the signal does. */
  stopCommand: string[] | null;
  /** Whether the job has a stdin that `imp send` writes to. */
  stdin: boolean;
  /** Whether its runs have a terminal. */
  tty: boolean;
  /** The size of that terminal, as it was last; null: nobody has said. */
  terminalSize: TerminalSize | null;
  /** What it gets from the system, as the client has it; null: what the daemon has. */
  surroundings: Surroundings | null;
  /** Which ports it declares, by their names; null: none. */
  ports: Record<string, PortWish> | null;
  /** Which numbers were found for those that are `auto`; null: none yet. */
  portNumbers: Record<string, FoundPort> | null;
  /** What the project's file says of it; null: it was added by hand. */
  project: ProjectPart | null;
  /** What makes a run ready; null: that it is there a moment after its start. */
  ready: ReadyCheck | null;
  /** What is asked of a run once it is ready; null: nothing. */
  health: HealthCheck | null;
  /** Files whose change restarts it; null: none. */
  watch: FileWatch | null;
  /** When it is started by itself; null: never. */
  schedule: Schedule | null;
  /** What a run may use with all its processes; null: whatever there is. */
  memoryLimitBytes: number | null;
  /** What is kept of each stream of a run, 0: all; null: what the daemon's settings say. */
  logMaxBytes: number | null;
  /** How many runs are kept; null: as the daemon's settings say. */
  runsKept: number | null;
  /** How far its schedule is; null: it does not count. */
  timetable: Timetable | null;
  /** Who had it run; null: nobody knows. */
  owner: OwnerRecord | null;
  /** What ends it by itself; null: nothing. */
  lease: LeaseRecord | null;
  desired: "up" | "down";
  status: StoredJobStatus;
  /** Why it is `failed`, `lost` or in `backoff`, when the code does not say it. */
  reason: string | null;
  /** How often the restart policy started it again since the user last did. */
  restarts: number;
  /** How many of these came in a row, none of them staying up for long. */
  tally: number;
  /** The number of the current or last run; 0 before the first. */
  run: number;
  createdAtMs: number;
  /** When the restart policy will start it again. */
  nextStartAtMs: number | null;
  /** It has ended by itself, and a change of a file that is watched for it starts it again. */
  awaitsChange: boolean;
  /** How far the project's plan is with it; null: it is in none. */
  plan: PlanPart | null;
  /** Which part of its definition made no sense when it was read, and has a substitute here; see job_fields.ts. */
  fault?: JobFault | undefined;
}

/** Who had a job run, as the protocol's Owner tells it. */
export interface OwnerRecord {
  name: string;
  user: string;
  agent?: string | undefined;
  session?: string | undefined;
  terminal?: string | undefined;
  /** When it has gone, the job is left over; undefined: it never is. */
  process?: StoredProcess | undefined;
}

/** What ends a job by itself. */
export interface LeaseRecord {
  /** When; null: not at a time. */
  end: LeaseEnd | null;
  /** The process whose end ends it; null: none does. */
  process: StoredProcess | null;
}

/** A moment, by two clocks. */
export interface LeaseEnd {
  /** By the time of day: what counts once the machine was started again. */
  atMs: number;
  /** By how long the machine is up, in this boot: what nobody sets. */
  uptimeMs: number;
  bootId: string;
}

/** How far a schedule is. */
export interface Timetable {
  /** Its times after this one are to come. */
  sinceMs: number;
  /** The last start that was left out. */
  skipped: SkippedStart | null;
}

/** A start that was to be and was not. */
export interface SkippedStart {
  dueMs: number;
  /** It was still up, or waited; or nobody was there in time. */
  why: "up" | "late";
}

/** The number of a port that the daemon has found. */
export interface FoundPort {
  port: number;
  /** What it was before somebody else held that at the last start. */
  movedFrom?: number | undefined;
}

/** What a project's file says of a job, beside what any request may. */
export interface ProjectPart {
  /** The file. */
  source: string;
  groups: string[];
  dependsOn: DependencyRecord[];
  /** It runs to its end, and code 0 is success. */
  isTask: boolean;
  /** The digest of what a task is made from; null: it has to run whenever it is needed. */
  inputs: string | null;
  /** It is started only when somebody confirms it. */
  confirm: boolean;
  /** By the key of the file a digest of what was declared, of what only a start makes true. */
  restartDigests: Record<string, string>;
  /** The same of what holds at once. */
  liveDigests: Record<string, string>;
}

/** A job that another one needs, by its name. */
export interface DependencyRecord {
  job: string;
  for: "started" | "ready" | "completed";
  /** Started again after it was. */
  restart: boolean;
}

/** What is left to do for a job, and what was done. */
export interface PlanPart {
  /** It is to be started, or started again, as soon as what it needs allows. */
  isDue: boolean;
  /** It is to be stopped as soon as what needs it is down. */
  isLeaving?: boolean | undefined;
  /** Of a job that was added by hand: what the run that is up was started without, by the words of the protocol. */
  pending?: string[] | undefined;
  /** What a task was when it last succeeded, as a digest; null: it has not, or has failed since. */
  done: string | null;
  /** By the names of what it needs the number of the run that it was started after. */
  after: Record<string, number>;
}

/** What makes no sense of a job's definition. */
export interface JobFault {
  readonly fields: readonly (keyof JobRecord)[];
  /** In words; no values, which may be of the environment. */
  readonly problem: string;
}

/** Same words as the protocol's JobStatus, which the store does not know. */
export type StoredJobStatus =
  | "starting"
  | "running"
  | "stopping"
  | "backoff"
  | "stopped"
  | "exited"
  | "failed"
  | "lost";

/** Same shape as the protocol's RestartPolicy. */
export interface RestartRecord {
  mode: "no" | "on-failure" | "always" | "unless-stopped";
  max?: number | undefined;
}

/** Which column each field is in, in the order of the table. */
export const JOB_COLUMNS: Readonly<Record<Exclude<keyof JobRecord, "fault">, string>> = {
  id: "id",
  name: "name",
  description: "description",
  command: "command",
  workdir: "workdir",
  env: "env",
  givenEnv: "given_env",
  umask: "umask",
  restart: "restart",
  stopSignal: "stop_signal",
  stopTimeoutMs: "stop_timeout_ms",
  stopCommand: "stop_command",
  stdin: "stdin",
  tty: "tty",
  terminalSize: "terminal_size",
  surroundings: "surroundings",
  ports: "ports",
  portNumbers: "port_numbers",
  project: "project",
  ready: "ready",
  health: "health",
  watch: "watch",
  schedule: "schedule",
  memoryLimitBytes: "memory_limit_bytes",
  logMaxBytes: "log_max_bytes",
  runsKept: "runs_kept",
  timetable: "timetable",
  owner: "owner",
  lease: "lease",
  desired: "desired",
  status: "status",
  reason: "reason",
  restarts: "restarts",
  tally: "tally",
  run: "run",
  createdAtMs: "created_at_ms",
  nextStartAtMs: "next_start_at_ms",
  awaitsChange: "awaits_change",
  plan: "plan",
};

/** What is JSON where it is anything. */
const OBJECTS: ReadonlySet<string> = new Set([
  ...["surroundings", "terminalSize", "ports", "portNumbers", "project", "plan", "ready", "health"],
  ...["stopCommand", "givenEnv", "watch", "schedule", "timetable"],
  ...["owner", "lease"],
]);

/** What is 0 or 1. */
const FLAGS: ReadonlySet<string> = new Set(["stdin", "tty", "awaitsChange"]);

/** A field as its column holds it. */
export function toJobColumn<Field extends keyof typeof JOB_COLUMNS>(
  field: Field,
  value: JobRecord[Field],
): SqlValue {
  if (field === "command" || field === "env" || field === "restart") return JSON.stringify(value);
  if (OBJECTS.has(field)) return value ? JSON.stringify(value) : null;
  if (FLAGS.has(field)) return value ? 1 : 0;
  return (value ?? null) as SqlValue;
}

/** The fields of a row by their names in a record, as far as they can be read. */
export function toJobFields(row: SqlRow): Record<string, unknown> {
  const { command, env, restart } = row;
  return {
    ...Object.fromEntries(
      Object.entries(JOB_COLUMNS).map(([field, column]) => [field, row[column]]),
    ),
    command: readJsonColumn(command),
    env: readJsonColumn(env),
    restart: readJsonColumn(restart),
    ...Object.fromEntries(
      [...OBJECTS].map((field) => [
        field,
        readJsonColumn(row[JOB_COLUMNS[field as keyof typeof JOB_COLUMNS]]),
      ]),
    ),
    ...Object.fromEntries(
      [...FLAGS].map((field) => [
        field,
        readFlag(row[JOB_COLUMNS[field as keyof typeof JOB_COLUMNS]]),
      ]),
    ),
  };
}

function readFlag(value: SqlValue | undefined): unknown {
  return value === 0 || value === 1 ? value === 1 : value;
}
