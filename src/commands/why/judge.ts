/**
 * `commands/why/` says why a job is as it is: facts are gathered (gather_facts.ts), judged by a pure function (here),
 * and told within a budget of bytes (render_why.ts). It compares what two runs have printed, too. It changes nothing,
 * and never tells the value of an environment variable.
 */
import { formatDuration } from "../../base/duration.ts";
import { escapeLabel } from "../../base/terminal_text.ts";
import type { JobView } from "../../protocol/job_view.ts";
import { callJob } from "../output/job_text.ts";
import type { Cause, Judgment } from "./cause.ts";
import { judgeEnd } from "./judge_end.ts";
import { judgeRunning } from "./judge_running.ts";
import type { WhyFacts } from "./why_facts.ts";
import { formatCoarse } from "../../view/times.ts";

/** From so many restarts on it is a loop, and no accident. */
const LOOP_RESTARTS = 3;

/** Why the job is as it is: total, for every state that a job can be in. */
export function judge(facts: WhyFacts): Judgment {
  const judged = judgeState(facts);
  const also = [...judged.also, ...standsInTheWay(facts, judged)];
  const judgment = { ...judged, hint: judged.hint ?? hintToCompare(facts), also };
  const isMissed = !facts.isDaemonThere && facts.job.desired === "up";
  if (!isMissed || judgment.reason.startsWith("lost")) return judgment;
  const gone: Cause = {
    reason: "daemon.gone",
    message: "its daemon is not there, so nobody starts it again",
    hint: `imp start ${callJob(facts.job)}`,
  };
  return { ...judgment, also: [...judgment.also, gone] };
}

/** Where nothing else is to be done, what the run that failed said and the last good one did not may tell. */
function hintToCompare({ job, last, changes }: WhyFacts): string | undefined {
  if (changes === undefined || job.pid !== null || last?.run.outcome !== "failed") return undefined;
  return last.stderr.length + last.stdout.length > 0 ? `imp diff ${callJob(job)}` : undefined;
}

/** What a start would fail for now, whatever the last end was. */
function standsInTheWay({ job, workdir, executable }: WhyFacts, { reason }: Cause): Cause[] {
  if (job.pid !== null || /^(?:workdir|command|ok|exit\.ok)\b/.test(reason)) return [];
  const found: Cause[] = [];
  const directory = escapeLabel(job.workdir);
  if (workdir !== "there") {
    const what = workdir === "missing" ? "does not exist" : "cannot be entered";
    found.push({ reason: `workdir.${workdir}`, message: `its directory ${directory} ${what} now` });
  } else if (executable !== "there") {
    const what = executable === "missing" ? "does not exist" : "cannot be executed";
    const word = escapeLabel(job.command[0] ?? "");
    found.push({ reason: `command.${executable}`, message: `its command ${word} ${what} now` });
  }
  return found;
}

function judgeState(facts: WhyFacts): Judgment {
  const { job, last } = facts;
  if (job.problem === "bad_record") {
    return only({
      reason: "record.bad",
      message: escapeLabel(job.reason ?? "its record is damaged"),
    });
  }
  switch (job.status) {
    case "running":
    case "starting":
      return judgeRunning(facts);
    case "stopping":
      return only(judgeStopping(job));
    case "backoff":
      return judgeBackoff(facts);
    default: {
      if (job.waiting_for !== undefined) return only(judgeWaiting(facts));
      if (last === undefined) return only(judgeUnborn(facts));
      const end = judgeEnd(last, facts);
      const skipped = judgeSkipped(facts);
      return skipped === undefined ? end : { ...end, also: [...end.also, skipped] };
    }
  }
}

function only(cause: Cause): Judgment {
  return { ...cause, also: [] };
}

function judgeStopping(job: JobView): Cause {
  if (job.reason === null) {
    const timeout = formatDuration(job.stop_timeout_ms);
    return {
      reason: "stop.under_way",
      message: `it is being stopped: ${job.stop_signal}, and KILL after ${timeout}`,
    };
  }
  return { reason: "stop.survived", message: `it cannot be ended: ${escapeLabel(job.reason)}` };
}

function judgeBackoff(facts: WhyFacts): Judgment {
  const { job, last, nowMs } = facts;
  const inMs = job.next_start_at === null ? 0 : Date.parse(job.next_start_at) - nowMs;
  const next = `is started again in ${formatCoarse(Math.max(0, inMs))}`;
  if (last === undefined) return only({ reason: "restart.waiting", message: next });
  const inner = judgeEnd(last, facts);
  const isLoop = job.restarts >= LOOP_RESTARTS && inner.reason !== "restart.always";
  const loop = isLoop ? "crash loop: " : "";
  const message = `${loop}${inner.message}; ${next}, after ${job.restarts} restarts`;
  const also = isLoop ? [withoutAlso(inner), ...inner.also] : inner.also;
  return { ...inner, reason: isLoop ? "crash_loop" : inner.reason, message, also };
}

function withoutAlso({ reason, message, hint }: Judgment): Cause {
  return { reason, message, hint };
}

/** It is to start, and something that it needs is not there. */
function judgeWaiting({ job, needed }: WhyFacts): Cause {
  const awaited = job.waiting_for!;
  const stuck = awaited.find(({ job: name, problem }) => problem !== null || needed.has(name));
  if (stuck === undefined) {
    const whom = awaited.map(({ job: name, for: state }) => `${escapeLabel(name)} to be ${state}`);
    return { reason: "dependency.waiting", message: `it waits for ${whom.join(" and for ")}` };
  }
  const name = escapeLabel(stuck.job);
  const is = stuck.problem === null ? "waits itself" : `is ${stuck.problem}`;
  const why = needed.get(stuck.job);
  const told = why === undefined ? "" : `: ${why}`;
  return {
    reason: "dependency.failed",
    message: `it needs ${name} to be ${stuck.for}, which ${is}${told}`,
    hint: stuck.problem === null ? `imp why ${name}` : `imp start ${name}, or imp up`,
  };
}

/** It has no run. */
function judgeUnborn(facts: WhyFacts): Cause {
  const { job, nowMs } = facts;
  if (job.reason !== null) return { reason: "start.failed", message: escapeLabel(job.reason) };
  const skipped = judgeSkipped(facts);
  if (skipped !== undefined) return skipped;
  if (job.next_run_at) {
    const inMs = Date.parse(job.next_run_at) - nowMs;
    const next = `its schedule (${escapeLabel(job.schedule ?? "")}) starts it in ${
      formatCoarse(inMs)
    }`;
    return { reason: "schedule.waiting", message: `it has not run yet: ${next}` };
  }
  return {
    reason: "start.never",
    message: "it was never started, and nothing says that it should be",
    hint: `imp start ${callJob(job)}`,
  };
}

/** A start by its schedule that was left out after all that has happened to it. */
function judgeSkipped({ job, last }: WhyFacts): Cause | undefined {
  if (job.skipped_at === undefined) return undefined;
  if (last !== undefined && last.run.started_at > job.skipped_at) return undefined;
  return {
    reason: "schedule.skipped",
    message: `its start at ${job.skipped_at} was left out: ${
      escapeLabel(job.skipped_reason ?? "")
    }`,
    hint: `imp start ${callJob(job)}`,
  };
}
