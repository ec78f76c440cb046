import type { Settings } from "../../config/settings.ts";
import { signalName } from "../../platform/os_signals.ts";
import type { JobRecord, OomKills, RunFacts, RunRecord } from "../../store/store.ts";
import { digestOfTask, planOf } from "./dependencies.ts";
import { JOB_MACHINE, type MachineEvent, type Phase } from "./job_machine.ts";
import type { OverVerdict } from "../runs/run_verdict.ts";
import { type Ending, judgeEnding } from "./restart_policy.ts";

/** How and when a run ended. */
export interface RunEnd {
  readonly ending: Ending;
  readonly endedAtMs: number;
  readonly reason: string | null;
  /** The same as a stable word, where there is one. */
  readonly cause?: string | undefined;
}

/** What is known beside the verdict on a run. */
export interface EndCircumstances {
  readonly nowMs: number;
  /** It was to end. */
  readonly isStopping: boolean;
  /** Why it could not be started. */
  readonly startFailure: StartFailure | undefined;
}

/** Why a run could not be started. */
export interface StartFailure {
  readonly reason: string;
  /** The code of the error. */
  readonly cause: string;
}

/** A run that has ended, and what is known of it. */
export interface EndedRun extends RunEnd {
  readonly job: JobRecord;
  readonly run: RunRecord;
  /** How long it was up, by a clock that does not jump; undefined when another daemon started it. */
  readonly lastedMs: number | undefined;
  readonly phase: Phase;
}

/** What an end means: the event for the machine, what is stored with it, and the run as it stays in the history. */
export interface JudgedEnd {
  readonly event: MachineEvent;
  readonly change: Partial<JobRecord>;
  readonly run: RunRecord;
}

const SHIM_ENDED: StartFailure = {
  reason: "its shim was ended before it could begin",
  cause: "start.shim_ended",
};

/** The end that a verdict tells of: one that nobody wrote down is dated now. */
export function toEnd(
  verdict: OverVerdict,
  { nowMs, isStopping, startFailure }: EndCircumstances,
): RunEnd {
  if (verdict.is === "ended") {
    return { ending: { code: verdict.code }, endedAtMs: verdict.endedAtMs, reason: null };
  }
  if (verdict.is === "lost") {
    const { reason, cause } = verdict;
    return { ending: "unknown", endedAtMs: nowMs, reason, cause };
  }
  // A stop that came before the beginning needs no reason.
  const { reason, cause } = startFailure ?? SHIM_ENDED;
  const why = isStopping ? { reason: null } : { reason, cause };
  return { ending: "unstarted", endedAtMs: nowMs, ...why };
}

/** What an end is judged with. */
export interface JudgeOptions {
  readonly nowMs: number;
  readonly random: number;
  readonly settings: Settings;
  /** As the kernel counts them now; asked for only of an end that is bad. */
  readonly oomKills: () => OomKills;
}

/** Puts the end of a run and the job's restart policy together. Pure. */
export function judgeEnd(
  ended: EndedRun,
  { nowMs, random, settings, oomKills }: JudgeOptions,
): JudgedEnd {
  const { job, run, ending, endedAtMs, phase } = ended;
  const reason = reasonOf(ended);
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
  const gaveUpAfter = "gaveUpAfter" in verdict ? verdict.gaveUpAfter : undefined;
  const gaveUp = gaveUpAfter === undefined
    ? null
    : `gave up after ${gaveUpAfter} restart${gaveUpAfter === 1 ? "" : "s"} in a row`;
  return {
    event: verdict.event,
    change: {
      nextStartAtMs: comesBack ? nowMs + verdict.delayMs : null,
      tally: comesBack ? tally + 1 : tally,
      reason: gaveUp !== null && reason !== null ? `${gaveUp}: ${reason}` : gaveUp ?? reason,
      ...planOfEnded(ended),
    },
    run: { ...finishRun(ended), facts: factsOf(ended, { gaveUpAfter, oomKills }) },
  };
}

/** What a task has done is remembered, until it fails; not of one that is to run again, as something else. */
function planOfEnded({ job, ending, phase }: EndedRun): Pick<JobRecord, "plan"> | undefined {
  const plan = planOf(job);
  if (!job.project?.isTask || plan.isDue || phase === "restarting") return undefined;
  const isDone = typeof ending === "object" && ending.code === 0 && phase !== "stopping";
  return { plan: { ...plan, done: isDone ? digestOfTask(job.project) : null } };
}

/** What was known before it ended says more than how it did. */
function reasonOf({ run, reason }: EndedRun): string | null {
  return run.reason ?? reason;
}

function factsOf(
  { run: { facts }, cause, ending }: EndedRun,
  { gaveUpAfter, oomKills }: Pick<JudgeOptions, "oomKills"> & { gaveUpAfter: number | undefined },
): RunFacts {
  const before = facts.oomBefore;
  const isBad = typeof ending === "object" && ending.code !== 0;
  const oomDuring = isBad && before !== undefined ? growth(before, oomKills()) : undefined;
  return {
    ...facts,
    ...facts.cause === undefined && cause !== undefined && { cause },
    ...oomDuring !== undefined && { oomDuring },
    ...gaveUpAfter !== undefined && { gaveUpAfter },
  };
}

/** Undefined where nothing has grown. Counts that have fallen are of another boot, or another cgroup. */
function growth(before: OomKills, after: OomKills): OomKills | undefined {
  const grown = (from: number | null, to: number | null) =>
    from === null || to === null || to < from ? null : to - from;
  const cgroup = grown(before.cgroup, after.cgroup);
  const machine = grown(before.machine, after.machine);
  return cgroup || machine ? { cgroup, machine } : undefined;
}

function finishRun(ended: EndedRun): RunRecord {
  const { run, ending, endedAtMs, phase } = ended;
  const code = typeof ending === "object" ? ending.code : null;
  return {
    ...run,
    finishedAtMs: Math.max(endedAtMs, run.startedAtMs),
    exitCode: code,
    signal: code === null ? null : signalOfCode(code),
    reason: reasonOf(ended),
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
