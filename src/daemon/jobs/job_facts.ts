import { parseRunId, toRunId } from "../../base/ids.ts";
import { STANDARD_TERMINAL } from "../../base/terminal_size.ts";
import { commandWord } from "../../platform/command_word.ts";
import type { EventName } from "../../protocol/event.ts";
import { isUp } from "../../protocol/job_status.ts";
import type { JobSpec } from "../../protocol/job_spec.ts";
import type { JobRecord, RunRecord } from "../../store/store.ts";
import { type PortOf, withPorts } from "./job_ports.ts";
import { isScheduled } from "./timetable.ts";
import type { LaunchOptions, LeftProcess, RunMember } from "../runs/run_host.ts";

/** Which event tells of a change; undefined when there is nothing to tell. */
export function eventNameOf(before: JobRecord, after: JobRecord): EventName | undefined {
  if (before.status === after.status) {
    const isSame = before.desired === after.desired && before.timetable === after.timetable &&
      before.awaitsChange === after.awaitsChange && before.lease === after.lease;
    return isSame ? undefined : "job_updated";
  }
  if (after.status === "running") return "job_started";
  if (after.status === "backoff") return "job_restarting";
  return isUp(after.status) ? "job_updated" : "job_stopped";
}

/** Whether it is up, or comes up without anybody asking for it once more. */
export function isWanted(record: JobRecord): boolean {
  const { status, desired, awaitsChange, plan } = record;
  const comesUp = awaitsChange || isScheduled(record) || (plan?.isDue ?? false);
  return isUp(status) || desired === "up" || comesUp;
}

/** A process that could not be ended, as one that its run has left. */
export function toLeft(member: RunMember, runId: string): LeftProcess {
  return { hasLetGo: false, ...member, ...parseRunId(runId)! };
}

/** How a run is started; `executable` is the absolute path of its command, `portOf` as `withPorts` has it. */
export function toLaunch(
  job: JobRecord,
  run: RunRecord,
  { executable, portOf }: { executable: string; portOf: PortOf },
): LaunchOptions {
  const { workdir, umask, stdin, surroundings } = job;
  const { env, command: [typed, ...args] } = withPorts(job, portOf);
  const command = [commandWord(typed!, { executable, env }), ...args];
  const terminal = job.tty ? job.terminalSize ?? STANDARD_TERMINAL : null;
  const place = { workdir, env, umask, stdin, terminal, surroundings };
  return { runId: run.runId, jobId: job.id, run: run.run, command, ...place };
}

/** A run that is about to begin. */
export function createRun(jobId: string, run: number, startedAtMs: number): RunRecord {
  return {
    runId: toRunId(jobId, run),
    jobId,
    run,
    shim: null,
    process: null,
    startedAtMs,
    finishedAtMs: null,
    outcome: "running",
    exitCode: null,
    signal: null,
    reason: null,
    readyAtMs: null,
    unreadyReason: null,
    facts: {},
  };
}

/** The part of a job's record that a request defines; what it leaves out is as for a new job. */
export function toDefinition(spec: JobSpec, stopTimeoutMs: number): Partial<JobRecord> {
  return {
    ...(spec.name === undefined ? {} : { name: spec.name }),
    ...(spec.description === undefined ? {} : { description: spec.description }),
    env: spec.env,
    givenEnv: spec.given_env ?? null,
    umask: spec.umask,
    restart: spec.restart ?? { mode: "no" },
    stopSignal: spec.stop_signal ?? "SIGTERM",
    stopTimeoutMs: spec.stop_timeout_ms ?? stopTimeoutMs,
    stopCommand: spec.stop_command ?? null,
    stdin: spec.stdin ?? false,
    tty: spec.tty ?? false,
    terminalSize: spec.terminal_size ?? null,
    surroundings: spec.surroundings ?? null,
    ports: someOf(spec.ports),
    ready: spec.ready ?? null,
    health: spec.health ?? null,
    schedule: spec.schedule ?? null,
    memoryLimitBytes: spec.memory_limit_bytes ?? null,
    logMaxBytes: spec.log_max_bytes ?? null,
    runsKept: spec.runs_kept ?? null,
    watch: spec.watch ?? null,
    ...(spec.watch === undefined ? { awaitsChange: false } : {}),
    // All of it is known now.
    fault: undefined,
  };
}

/** What declares nothing is as good as none. */
export function someOf<Ports extends object>(ports: Ports | undefined): Ports | null {
  return ports === undefined || Object.keys(ports).length === 0 ? null : ports;
}

/** Why a job is shown as running although nobody will write its exit code. */
export const UNSUPERVISED = "unsupervised: its shim was killed, the exit code will not be known";
