import { runLogPaths, type StreamName } from "../../logs/log_paths.ts";
import type { Reading, Stretch } from "../../logs/stretches.ts";
import { readStream } from "../../logs/tail.ts";
import { countOf } from "../output/count_of.ts";
import type { PlacedOutput } from "../output/cut_output.ts";
import { describeLost, NOTICE_TEXTS } from "../output/notice_text.ts";

/** Where a stream of a job is, and what takes its bytes. */
export interface StreamCopy {
  readonly logsDir: string;
  readonly jobId: string;
  readonly stream: StreamName;
  readonly output: PlacedOutput;
  /** Whether a front that is gone is told; else it begins with what is there. */
  readonly tellsGaps: boolean;
}

/** Copies what is there of a part of a run; resolves with the offset behind it. */
export async function copyStretch(
  { logsDir, jobId, stream, output, tellsGaps }: StreamCopy,
  { run, from, to }: Stretch,
): Promise<number> {
  const [first, end] = [from[stream] ?? 0, to[stream]];
  const path = runLogPaths(logsDir, jobId, run)[stream];
  let at = first;
  output.reach?.(stream, { run, offset: at });
  for await (
    const { offset, bytes } of readStream(path, {
      from: first,
      ...end !== undefined && { to: end },
    })
  ) {
    if (offset < at) await tellTruncated(output, stream);
    else if (offset > at && (tellsGaps || at > first)) {
      await tellGap(output, stream, { run, from: at, to: offset });
    }
    await output.write(stream, bytes, { run, offset });
    at = offset + bytes.length;
  }
  if (tellsGaps && end !== undefined && at < end) {
    await tellGap(output, stream, { run, from: at, to: end });
  }
  return at;
}

/** Says that bytes were cut off before they were read. */
export function tellGap(
  output: PlacedOutput,
  stream: StreamName,
  { run, from, to }: { run: number; from: number; to: number },
): Promise<void> {
  const bytes = to - from;
  const text = `${countOf(bytes, "byte")} of ${stream} were cut off before they were read`;
  return output.tell(stream, text, { notice: "gap", run, from, to, bytes });
}

/** Says that runs are gone, with what they wrote. */
export function tellLost(
  output: PlacedOutput,
  stream: StreamName,
  { first, last }: NonNullable<Reading["lost"]>,
): Promise<void> {
  const fields = { notice: "gap", run: first, last_run: last, bytes: null };
  return output.tell(stream, describeLost({ first, last }), fields);
}

function tellTruncated(output: PlacedOutput, stream: StreamName): Promise<void> {
  return output.tell(stream, `${stream}: ${NOTICE_TEXTS.truncated}`, { notice: "truncated" });
}
