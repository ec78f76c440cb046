import { parseRunId, toRunId } from "../base/ids.ts";
import { commandWord } from "../platform/command_word.ts";
import type { EventName } from "../protocol/event.ts";
import { isUp } from "../protocol/job_status.ts";
import type { JobSpec } from "../protocol/request.ts";
import type { JobRecord, RunRecord } from "../store/store.ts";
import type { LaunchOptions, LeftProcess, RunMember } from "./run_host.ts";

/** Which event tells of a change; undefined when there is nothing to tell. */
export function eventNameOf(before: JobRecord, after: JobRecord): EventName | undefined {
  if (before.status === after.status) {
    return before.desired === after.desired ? undefined : "job_updated";
  }
  if (after.status === "running") return "job_started";
  if (after.status === "backoff") return "job_restarting";
  return isUp(after.status) ? "job_updated" : "job_stopped";
}

/** A process that could not be ended, as one that its run has left. */
export function toLeft(member: RunMember, runId: string): LeftProcess {
  return { hasLetGo: false, ...member, ...parseRunId(runId)! };
}

/** How a run is started; `executable` is the absolute path of its command. */
export function toLaunch(job: JobRecord, run: RunRecord, executable: string): LaunchOptions {
  const { workdir, env, umask, stdin, surroundings } = job;
  const [typed, ...args] = job.command;
  const command = [commandWord(typed!, { executable, env }), ...args];
  const place = { workdir, env, umask, stdin, surroundings };
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
  };
}

/** The part of a job's record that a request defines; what it leaves out is as for a new job. */
export function toDefinition(spec: JobSpec, stopTimeoutMs: number): Partial<JobRecord> {
  return {
    ...(spec.name === undefined ? {} : { name: spec.name }),
    ...(spec.description === undefined ? {} : { description: spec.description }),
    env: spec.env,
    umask: spec.umask,
    restart: spec.restart ?? { mode: "no" },
    stopSignal: spec.stop_signal ?? "SIGTERM",
    stopTimeoutMs: spec.stop_timeout_ms ?? stopTimeoutMs,
    stdin: spec.stdin ?? false,
    surroundings: spec.surroundings ?? null,
    // All of it is known now.
    fault: undefined,
  };
}

/** Why a job is shown as running although nobody will write its exit code. */
export const UNSUPERVISED = "unsupervised: its shim was killed, the exit code will not be known";
