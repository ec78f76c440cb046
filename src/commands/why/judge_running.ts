import { escapeLabel } from "../../base/terminal_text.ts";
import type { Cause, Judgment } from "./cause.ts";
import { findClue } from "./clue.ts";
import { judgeClue } from "./judge_clue.ts";
import { judgeEnd } from "./judge_end.ts";
import type { WhyFacts } from "./why_facts.ts";
import { formatCoarse } from "../../view/times.ts";

/** Why a job that is up does not serve, or that it does. */
export function judgeRunning(facts: WhyFacts): Judgment {
  const { job, nowMs } = facts;
  const age = job.started_at === null ? "0s" : formatCoarse(nowMs - Date.parse(job.started_at));
  const before = lastFailure(facts);
  if (job.unready_reason) {
    return { ...judgeUnready(facts), also: [...saidMeanwhile(facts), ...before] };
  }
  if (job.problem === "unsupervised") {
    return { reason: "run.unsupervised", message: escapeLabel(job.reason ?? ""), also: before };
  }
  if (job.status === "starting") {
    return {
      reason: "start.under_way",
      message: `it is being started, since ${age}`,
      also: before,
    };
  }
  if (!job.ready) {
    const check = escapeLabel(job.ready_check ?? "it is still there in a moment");
    const message = `it runs since ${age} and is not ready yet: that it is when ${check}`;
    return { reason: "ready.pending", message: message + otherPorts(facts), also: before };
  }
  return {
    reason: "ok.running",
    message: `it is up and ready, since ${age}: nothing is wrong`,
    also: before,
  };
}

function judgeUnready(facts: WhyFacts): Cause {
  const { job, current } = facts;
  const wasReady = current?.run.ready_at != null;
  return {
    reason: wasReady ? "health.failing" : "ready.timed_out",
    message: escapeLabel(job.unready_reason!) + otherPorts(facts),
  };
}

/** It listens, but not where it is looked for. */
function otherPorts({ job }: WhyFacts): string {
  const check = job.health_check ?? job.ready_check ?? "";
  const wanted = /:(\d{1,5})(?:\/|$)/.exec(check)?.[1];
  if (wanted === undefined || job.ports.length === 0) return "";
  if (job.ports.includes(Number(wanted))) return "";
  return `; it listens on ${job.ports.join(", ")}, not on ${wanted}`;
}

/** What its output explains. */
function saidMeanwhile(facts: WhyFacts): Cause[] {
  const { current } = facts;
  const clue = current && (findClue(current.stderr) ?? findClue(current.stdout));
  return clue === undefined ? [] : [judgeClue(clue, facts)];
}

/** Why its last run ended, where it is not the first. */
function lastFailure(facts: WhyFacts): Cause[] {
  const { last, job } = facts;
  if (last === undefined || job.restarts === 0) return [];
  const { reason, message } = judgeEnd(last, facts);
  return [{ reason, message: `its run before (${last.run.run}): ${message}` }];
}
