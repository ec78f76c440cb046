import type { Settings } from "../config/settings.ts";
import { signalName } from "../platform/os_signals.ts";
import type { JobRecord, RunRecord } from "../store/store.ts";
import { JOB_MACHINE, type JobEvent, type Phase } from "./job_machine.ts";
import { type Ending, judgeEnding } from "./restart_policy.ts";

/** A run that has ended, and what is known of it. */
export interface EndedRun {
  readonly job: JobRecord;
  readonly run: RunRecord;
  readonly ending: Ending;
  readonly endedAtMs: number;
  /** How long it was up, by a clock that does not jump; undefined when another daemon started it. */
  readonly lastedMs: number | undefined;
  readonly reason: string | null;
  readonly phase: Phase;
}

/** What an end means: the event for the machine, what is stored with it, and the run as it stays in the history. */
export interface JudgedEnd {
  readonly event: JobEvent;
  readonly change: Partial<JobRecord>;
  readonly run: RunRecord;
}

/** Puts the end of a run and the job's restart policy together. Pure. */
export function judgeEnd(
  ended: EndedRun,
  { nowMs, random, settings }: { nowMs: number; random: number; settings: Settings },
): JudgedEnd {
  const { job, run, ending, endedAtMs, reason, phase } = ended;
  const lastedMs = ended.lastedMs ?? endedAtMs - run.startedAtMs;
  const tally = lastedMs >= settings.backoffResetMs ? 0 : job.tally;
  const verdict = judgeEnding(job.restart, ending, {
    tally,
    limits: {
      initialMs: settings.backoffInitialMs,
      maxMs: settings.backoffMaxMs,
      crashLoopLimit: settings.crashLoopLimit,
    },
    random,
  });
  const comesBack = "delayMs" in verdict && JOB_MACHINE[phase][verdict.event].to === "backoff";
  const gaveUp = "gaveUpAfter" in verdict
    ? `gave up after ${verdict.gaveUpAfter} restart${verdict.gaveUpAfter === 1 ? "" : "s"} in a row`
    : null;
  return {
    event: verdict.event,
    change: {
      nextStartAtMs: comesBack ? nowMs + verdict.delayMs : null,
      tally: comesBack ? tally + 1 : tally,
      reason: gaveUp !== null && reason !== null ? `${gaveUp}: ${reason}` : gaveUp ?? reason,
    },
    run: finishRun(ended),
  };
}

function finishRun({ run, ending, endedAtMs, reason, phase }: EndedRun): RunRecord {
  const code = typeof ending === "object" ? ending.code : null;
  return {
    ...run,
    finishedAtMs: Math.max(endedAtMs, run.startedAtMs),
    exitCode: code,
    signal: code === null ? null : signalOfCode(code),
    reason,
    outcome: outcomeOf(ending, phase),
  };
}

/** `sh` reports an end by signal N as 128+N, and cannot tell it from a command that exits so by itself. */
export function signalOfCode(code: number): string | null {
  return code > 128 ? signalName(code - 128) ?? null : null;
}

/** What a run's end is called in its job's history. */
function outcomeOf(ending: Ending, phase: string): RunRecord["outcome"] {
  if (phase === "stopping" || phase === "restarting") return "stopped";
  if (ending === "unknown") return "lost";
  if (ending === "unstarted") return "failed";
  return ending.code === 0 ? "exited" : "failed";
}
