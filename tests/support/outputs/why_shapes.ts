/** Why jobs are as they are. */
import * as z from "zod/mini";
import { JobStatus, RunView } from "../../../src/protocol/job_view.ts";
import { LeftProcessView } from "../../../src/protocol/process_view.ts";
import { RunChanges } from "../../../src/protocol/run_changes.ts";

const Cause = z.object({
  /** A stable word: `port.taken`, `exit.code`, …. */
  reason: z.string(),
  message: z.string(),
  /** What to type next. */
  hint: z.nullable(z.string()),
});

/** What `imp why` says of one job. */
export const WhyAnswer = z.extend(Cause, {
  daemon_id: z.string(),
  job_id: z.string(),
  job_name: z.nullable(z.string()),
  status: JobStatus,
  /** What else is known, by weight. */
  also: z.array(Cause),
  /** The current run, or the last one; null before the first. */
  run: z.nullable(z.number()),
  run_id: z.nullable(z.string()),
  outcome: z.nullable(z.string()),
  exit_code: z.nullable(z.number()),
  signal: z.nullable(z.string()),
  started_at: z.nullable(z.string()),
  finished_at: z.nullable(z.string()),
  restarts: z.number(),
  /** Who wanted its end; null where nobody asked imp for it. */
  asked: z.nullable(z.nonoptional(RunView.shape.asked)),
  /** Null where no run went well before. */
  changes: z.nullable(RunChanges),
  left_processes: z.array(LeftProcessView),
  /** What it said last: on stderr, or where that is silent on stdout. */
  output: z.object({ stream: z.enum(["stdout", "stderr"]), lines: z.array(z.string()) }),
});

/** What `imp why` prints. */
export const WhyAnswers = z.object({ answers: z.array(WhyAnswer) });

/** A run, as it is compared. */
const ComparedRun = z.pick(RunView, {
  run: true,
  run_id: true,
  outcome: true,
  exit_code: true,
  signal: true,
  started_at: true,
  finished_at: true,
});

const StreamName = z.enum(["stdout", "stderr"]);

/** What `imp diff` prints. */
export const RunDifference = z.object({
  daemon_id: z.string(),
  job_id: z.string(),
  job_name: z.nullable(z.string()),
  run: ComparedRun,
  /** Whose lines are not told. */
  against: ComparedRun,
  lines: z.array(z.object({
    stream: StreamName,
    /** As people read it, where it came first. */
    text: z.string(),
    /** How often it came, or one that is the same but for times, pids and their like. */
    times: z.number(),
  })),
  /** What a limit left out, before the line of this index; null where it is nothing. */
  omitted: z.nullable(z.object({ lines: z.number(), bytes: z.number(), index: z.number() })),
  /** What the runs printed that is kept no more; of `against` that is told as new. */
  missing: z.array(z.object({
    run: z.number(),
    stream: StreamName,
    /** Null where nobody knows. */
    bytes: z.nullable(z.number()),
  })),
  /** False of more different lines than are told apart for certain: the counts are about right then. */
  is_exact: z.boolean(),
});
