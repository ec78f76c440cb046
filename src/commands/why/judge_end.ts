import { formatDuration } from "../../base/duration.ts";
import { escapeLabel } from "../../base/terminal_text.ts";
import { describeDrop } from "../../logs/drops.ts";
import type { RunView } from "../../protocol/job_view.ts";
import { countOf } from "../output/count_of.ts";
import type { Cause, Judgment } from "./cause.ts";
import { findClue, findErrorLine } from "./clue.ts";
import { describeHolder } from "./describe_holder.ts";
import { judgeClue } from "./judge_clue.ts";
import { judgeSignal } from "./judge_signal.ts";
import type { ToldRun, WhyFacts } from "./why_facts.ts";

/** What asks for an end is called in the history of a run, and how people call it. */
const ASKED: Readonly<Record<string, string>> = {
  stop: "imp stop",
  down: "imp down",
  restart: "imp restart",
  set: "imp set --now",
  up: "imp up",
  daemon_stop: "the end of its daemon",
  file_change: "a change of files that are watched for it",
  schedule: "its schedule",
  unhealthy: "its failing health check",
};

/** Why a run is over. Pure; total for whatever a run may look like. */
export function judgeEnd(told: ToldRun, facts: WhyFacts): Judgment {
  const { run } = told;
  const inner = judgeOnce(told, facts);
  const also = [...inner.also, ...asides(told, inner)];
  if (run.gave_up_after === undefined) return { ...inner, also };
  return {
    reason: "crash_loop",
    message: `crash loop: given up after ${countOf(run.gave_up_after, "restart")} in a row; ` +
      `the last run: ${inner.message}`,
    hint: inner.hint,
    also: [inner, ...also],
  };
}

function judgeOnce(told: ToldRun, facts: WhyFacts): Judgment {
  const { run } = told;
  if (run.outcome === "stopped") return only(judgeStop(run, facts));
  if (run.cause !== undefined) return only(judgeCause(run, run.cause, facts));
  if (run.outcome === "lost") {
    return only({ reason: "lost", message: escapeLabel(run.reason ?? "its end is not known") });
  }
  const clue = findClue(told.stderr) ?? findClue(told.stdout);
  const cause = clue && judgeClue(clue, facts);
  if (run.signal !== null) return judgeSignal(told, cause);
  if (run.exit_code === 0) return only(judgeGoodEnd(facts));
  if (cause !== undefined) return only(cause);
  return only(judgeCode(told));
}

function only(cause: Cause): Judgment {
  return { ...cause, also: [] };
}

/** Somebody wanted it. */
function judgeStop({ asked, reason }: RunView, { job }: WhyFacts): Cause {
  if (asked === undefined) {
    return { reason: "stop.asked", message: escapeLabel(reason ?? "stopped as asked") };
  }
  const { what, signal, by, killed } = asked;
  const who = by === undefined ? "" : `, called by ${escapeLabel(by.program)} (pid ${by.pid})`;
  const name = ASKED[what] ?? escapeLabel(what);
  const sent = signal ?? (job.stop_command === undefined ? job.stop_signal : "its stop command");
  const end = killed
    ? `; ${sent} did not end it within ${formatDuration(job.stop_timeout_ms)}, so imp killed it`
    : "";
  const why = reason === null ? "" : `: ${escapeLabel(reason)}`;
  return {
    reason: what === "unhealthy" ? "health.failed" : killed ? "stop.killed" : "stop.asked",
    message: `stopped by ${name}${who}${end}${why}`,
  };
}

/** imp itself knows why: the reason is in words already. */
function judgeCause(run: RunView, cause: string, facts: WhyFacts): Cause {
  const message = escapeLabel(run.reason ?? "it could not be started");
  if (cause === "memory.limit") {
    return { reason: cause, message: `out of memory: imp killed it, for it was ${message}` };
  }
  if (cause === "job.spawn_failed" && facts.workdir !== "there") {
    return { reason: `workdir.${facts.workdir}`, message, hint: "imp set JOB --cwd DIR" };
  }
  if (cause === "job.port_taken") {
    const port = /^Port (\d+) /.exec(message)?.[1];
    const isFree = port !== undefined &&
      facts.holders.every((holder) => holder.port !== Number(port));
    const { message: now, hint } = describeHolder(facts, Number(port));
    return { reason: "port.taken", message: isFree ? `${message}; ${now}` : message, hint };
  }
  return { reason: cause === "job.spawn_failed" ? "start.failed" : cause, message };
}

function judgeGoodEnd({ left, job }: WhyFacts): Cause {
  const there = left.filter(({ let_go }) => !let_go);
  if (left.length > 0) {
    const who = (there.length > 0 ? there : left).slice(0, 2)
      .map(({ pid, command }) => `${pid} (${escapeLabel(command)})`).join(", ");
    return {
      reason: "exit.left_processes",
      message: `it ended with code 0 and left ${countOf(left.length, "process", "processes")} ` +
        `running, as what puts itself into the background does: ${who}`,
      hint: "Have it stay in the foreground, so that imp sees it",
    };
  }
  const policy = job.restart_policy;
  if (job.status === "backoff") {
    return {
      reason: "restart.always",
      message: `it ends by itself with code 0, and its policy "${policy}" starts it again`,
    };
  }
  return {
    reason: "exit.ok",
    message: "it ended by itself with code 0, as what has done its work",
  };
}

/** Nothing that programs say in common explains it: then its own words do. */
function judgeCode({ run, stderr, stdout, drops }: ToldRun): Cause {
  const full = drops.find(({ reason }) => reason === "full");
  if (full !== undefined) {
    return { reason: "disk.full", message: `the disk is full: ${describeDrop(full, full.stream)}` };
  }
  const kills = run.oom_kills?.cgroup ?? 0;
  const oom = kills > 0 ? `, after the kernel had killed a process for want of memory` : "";
  const line = findErrorLine(stderr) ?? findErrorLine(stdout);
  const said = line === undefined ? "it said nothing" : escapeLabel(line);
  return {
    reason: kills > 0 ? "memory.oom" : "exit.code",
    message: `exit code ${run.exit_code}${oom}: ${said}`,
  };
}

/** What is true besides. */
function asides({ run, drops }: ToldRun, { reason }: Cause): Cause[] {
  const full = drops.find((drop) => drop.reason === "full");
  const kills = run.oom_kills?.cgroup ?? 0;
  return [
    ...full !== undefined && reason !== "disk.full"
      ? [{ reason: "disk.full", message: `the disk is full: ${describeDrop(full, full.stream)}` }]
      : [],
    ...kills > 0 && !reason.startsWith("memory.")
      ? [{
        reason: "memory.oom",
        message: "the kernel killed a process of its cgroup for want of memory meanwhile",
      }]
      : [],
  ];
}
