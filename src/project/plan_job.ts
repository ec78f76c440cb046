import { isAbsolute, join } from "@std/path/posix";
import type { JobDraft } from "./job_draft.ts";
import type {
  Dependency,
  HealthProbe,
  PlannedJob,
  ProbeTarget,
  ReadyProbe,
  SchedulePlan,
  WatchPlan,
} from "./project_plan.ts";
import type { JobTable } from "./schema.ts";

const SHELL = ["sh", "-c"];
const SECOND = 1_000;

/** Where a job is planned. */
export interface JobPlace {
  readonly dir: string;
  /** That of the file, if it names one. */
  readonly shell: readonly string[] | undefined;
  readonly dependencies: readonly Dependency[];
}

/** What a draft in which nothing is wrong comes to, with what is the standard for the rest. */
export function planJob(draft: JobDraft, place: JobPlace): PlannedJob {
  const { name, table, env } = draft;
  const { cwd = "." } = table;
  const shell = table.shell ?? place.shell ?? SHELL;
  const stop = table.stop ?? {};
  return {
    name,
    description: table.description,
    command: argvOf(table.command!, shell),
    workdir: isAbsolute(cwd) ? cwd : join(place.dir, cwd),
    env,
    env_files: draft.envFiles,
    restart: table.restart ?? { mode: "no" as const },
    stop: {
      signal: stop.signal,
      timeout_ms: stop.timeout,
      command: stop.command && argvOf(stop.command, shell),
    },
    stdin: table.stdin ?? false,
    tty: table.tty ?? false,
    task: table.task ?? false,
    inputs: table.inputs ?? [],
    confirm: table.confirm ?? false,
    autostart: table.autostart ?? true,
    groups: table.groups ?? [],
    depends_on: place.dependencies,
    ports: Object.entries(table.ports ?? {}).map(([port, wish]) => ({ name: port, wish })),
    ready: table.ready && planReady(table.ready, shell),
    health: table.health && planHealth(table.health, shell),
    watch: table.watch && planWatch(table.watch),
    schedule: table.schedule && planSchedule(table.schedule),
    memory_limit_bytes: table.memory_limit,
    log_max_bytes: table.log_max_bytes,
    runs_kept: table.runs_kept,
  };
}

function argvOf(
  command: NonNullable<JobTable["command"]>,
  shell: readonly string[],
): readonly string[] {
  return "shell" in command ? [...shell, command.shell] : command.words;
}

type Given<Key extends keyof JobTable> = NonNullable<JobTable[Key]>;

function planTarget(
  probe: Given<"health"> & {
    readonly log?: string | undefined;
    readonly delay?: number | undefined;
  },
  shell: readonly string[],
): ProbeTarget {
  const { http, status, tcp, command, ports, log, delay } = probe;
  return {
    ...{ http, status, tcp, ports, log },
    command: command && argvOf(command, shell),
    delay_ms: delay,
  };
}

function planReady(probe: Given<"ready">, shell: readonly string[]): ReadyProbe {
  return {
    ...planTarget({ ...probe, retries: undefined }, shell),
    interval_ms: probe.interval ?? SECOND / 2,
    timeout_ms: probe.timeout ?? 5 * SECOND,
    within_ms: probe.within ?? 60 * SECOND,
    retries: probe.retries ?? 1,
  };
}

function planHealth(probe: Given<"health">, shell: readonly string[]): HealthProbe {
  return {
    ...planTarget(probe, shell),
    interval_ms: probe.interval ?? 10 * SECOND,
    timeout_ms: probe.timeout ?? 5 * SECOND,
    grace_ms: probe.grace ?? 30 * SECOND,
    retries: probe.retries ?? 3,
    then: probe.then ?? "report",
  };
}

function planWatch(watch: Given<"watch">): WatchPlan {
  const { paths, ignore = [], debounce = 300, do: action = { action: "restart" as const } } = watch;
  return { paths, ignore, debounce_ms: debounce, do: action };
}

function planSchedule({ cron, every, timezone }: Given<"schedule">): SchedulePlan {
  return { cron, every_ms: every, timezone };
}
