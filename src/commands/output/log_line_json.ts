import { toIsoTime } from "../../base/clock.ts";
import { lineText, type LogItem, type LogLines } from "../../logs/log_item.ts";
import type { JobView } from "../../protocol/job_view.ts";

/** Whose line it is. */
export interface LineOrigin {
  readonly job: JobView;
  readonly run: number;
}

/** Whose a line is, in JSON. */
export function toOriginJson({ job, run }: LineOrigin) {
  return { job_id: job.id, job_name: job.name, run };
}

/** One line, or a piece of one. */
export function toLineJson(origin: LineOrigin, line: LogLines) {
  const { stream } = line;
  return {
    type: "line",
    time: toIsoTime(line.timeMs),
    ...toOriginJson(origin),
    stream,
    text: lineText(line.bytes),
    // A line of more than 64 KiB, or one that pauses, comes in pieces.
    ...(line.startsLine ? {} : { continued: true }),
    ...(line.end === "line" ? {} : { partial: true }),
  };
}

/** A notice among lines. */
export function toNoticeJson(origin: LineOrigin, item: Exclude<LogItem, LogLines>) {
  const { notice, stream, timeMs } = item;
  const fields = { time: toIsoTime(timeMs), ...toOriginJson(origin), stream, notice };
  return { type: "notice", ...fields, ...moreOf(item) };
}

/** What a notice tells beside what it is. */
function moreOf(item: Exclude<LogItem, LogLines>): Record<string, unknown> {
  if ("drop" in item) return { bytes: item.drop.bytes, reason: item.drop.reason };
  if ("times" in item) return { times: item.times };
  return item.notice === "gap" ? { from: item.from, to: item.to, bytes: item.to - item.from } : {};
}
