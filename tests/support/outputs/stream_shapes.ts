/** The lines of commands that go on: each says its type. */
import * as z from "zod/mini";
import { EventName } from "../../../src/protocol/event.ts";
import { AddReply, EventSnapshot } from "../../../src/protocol/reply.ts";
import { JobView } from "../../../src/protocol/job_view.ts";

const StreamName = z.enum(["stdout", "stderr"]);
const DropReason = z.enum(["full", "keeper"]);
/** Whose line it is. */
const OfRun = { job_id: z.string(), job_name: z.nullable(z.string()), run: z.number() };

/** What is not right with the bytes of a stream, by itself. */
const Notice = { type: z.literal("notice"), stream: StreamName };

/** An event that is of no job: facts about the daemon or the project. */
const DaemonFacts = z.record(z.string(), z.unknown());

/** The schemas of lines, by what they are called on the page. */
export const STREAM_SHAPES = {
  JobLine: z.object({ type: z.literal("job"), job: JobView }),
  AddedLine: z.extend(AddReply, { type: z.literal("job") }),
  OutputLine: z.object({
    type: z.literal("output"),
    stream: StreamName,
    /** Any part of the output; what is not UTF-8 is U+FFFD. */
    text: z.string(),
  }),
  NoticeLine: z.object({
    ...Notice,
    /** `cut`, `gap`: bytes were cut off before they were read; the others: what somebody did to the file. */
    notice: z.enum(["cut", "truncated", "removed", "replaced"]),
  }),
  GapLine: z.object({
    ...Notice,
    notice: z.literal("gap"),
    run: z.number(),
    from: z.number(),
    to: z.number(),
    bytes: z.number(),
  }),
  LostRunsLine: z.object({
    ...Notice,
    notice: z.literal("gap"),
    run: z.number(),
    /** The runs from `run` to this one are gone. */
    last_run: z.number(),
    bytes: z.null(),
  }),
  DroppedLine: z.object({
    ...Notice,
    notice: z.literal("dropped"),
    time: z.string(),
    /** Null where nobody has counted. */
    bytes: z.nullable(z.number()),
    reason: DropReason,
  }),
  OmittedLine: z.object({
    type: z.literal("omitted"),
    stream: StreamName,
    lines: z.number(),
    bytes: z.number(),
    /** What was left out is between here and there: `--cursor` of `stdout` and `stderr` takes it. */
    cursor: z.string(),
    /** What to type to have it printed. */
    command: z.string(),
  }),
  CursorLine: z.object({
    type: z.literal("cursor"),
    /** What comes next is told to who gives it back with `--cursor`. */
    cursor: z.string(),
  }),
  ExitLine: z.object({
    type: z.literal("exit"),
    exit_code: z.nullable(z.number()),
    signal: z.nullable(z.string()),
    reason: z.nullable(z.string()),
    job: JobView,
  }),
  ExecExitLine: z.object({
    type: z.literal("exit"),
    exit_code: z.nullable(z.number()),
    signal: z.nullable(z.string()),
  }),
  LogLine: z.object({
    type: z.literal("line"),
    time: z.string(),
    ...OfRun,
    stream: StreamName,
    text: z.string(),
    /** The line goes on in the next piece of it. */
    partial: z.optional(z.literal(true)),
    /** It goes on from the piece before. */
    continued: z.optional(z.literal(true)),
    /** What goes on behind this line, for `--cursor`. */
    cursor: z.optional(z.string()),
  }),
  LogNotice: z.object({
    type: z.literal("notice"),
    time: z.string(),
    ...OfRun,
    stream: StreamName,
    notice: z.enum(["cut", "truncated", "removed", "replaced", "screen"]),
  }),
  LogDrop: z.object({
    type: z.literal("notice"),
    time: z.string(),
    ...OfRun,
    stream: StreamName,
    notice: z.literal("dropped"),
    bytes: z.nullable(z.number()),
    reason: DropReason,
  }),
  LogGap: z.object({
    type: z.literal("notice"),
    time: z.string(),
    ...OfRun,
    stream: StreamName,
    notice: z.literal("gap"),
    from: z.number(),
    to: z.number(),
    bytes: z.number(),
  }),
  LogLostRuns: z.object({
    type: z.literal("notice"),
    notice: z.literal("gap"),
    ...OfRun,
    /** The runs from `run` to this one are gone. */
    last_run: z.number(),
    bytes: z.null(),
  }),
  LogLostJob: z.object({
    type: z.literal("notice"),
    notice: z.literal("gap"),
    job_id: z.string(),
    bytes: z.null(),
  }),
  LogRepeat: z.object({
    type: z.literal("notice"),
    time: z.string(),
    ...OfRun,
    stream: StreamName,
    /** What came before came again, or only its numbers changed. */
    notice: z.enum(["repeated", "redrawn"]),
    times: z.number(),
  }),
  LogOmitted: z.object({
    type: z.literal("omitted"),
    lines: z.number(),
    bytes: z.number(),
    /** What was left out is between here and there: `--cursor` of `logs` takes it. */
    cursor: z.string(),
    /** What to type to have it printed. */
    command: z.string(),
  }),
  LogRemark: z.object({
    type: z.literal("remark"),
    time: z.string(),
    ...OfRun,
    event: z.enum(["started", "ended", "removed"]),
    text: z.string(),
  }),
  SnapshotLine: z.extend(EventSnapshot, { type: z.literal("snapshot") }),
  JobEvent: z.object({
    type: z.literal("event"),
    event: EventName,
    seq: z.number(),
    time: z.string(),
    job_id: z.string(),
    data: JobView,
  }),
  OtherEvent: z.object({
    type: z.literal("event"),
    event: EventName,
    seq: z.number(),
    time: z.string(),
    job_id: z.null(),
    data: DaemonFacts,
  }),
} satisfies Readonly<Record<string, z.ZodMiniType>>;
