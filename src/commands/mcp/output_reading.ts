import { parseCursor } from "../../logs/log_cursor.ts";
import type { StreamName } from "../../logs/log_paths.ts";
import type { Omission } from "../../logs/middle_cut.ts";
import { ReadPlaces } from "../../logs/read_places.ts";
import { readingSince } from "../../logs/stretches.ts";
import type { JobView } from "../../protocol/job_view.ts";
import { placesOf } from "../following/places_of.ts";
import { showLogs } from "../following/show_logs.ts";
import type { LogSource } from "../following/wanted_logs.ts";
import { CutBuffer } from "../output/cut_buffer.ts";
import { LogWriter } from "../output/log_writer.ts";
import { formatOmission } from "../output/omission_text.ts";
import { WriteBuffer } from "../output/write_buffer.ts";
import { TextSink } from "../frame/text_sink.ts";
import type { CallContext } from "./call_context.ts";

/** Which output of a job is wanted. */
export interface OutputWish {
  readonly job: JobView;
  /** The last one by default; not together with `cursor`. */
  readonly run?: number;
  /** Both, by default. */
  readonly streams?: readonly StreamName[] | undefined;
  /** Only what came after it, of all runs since then; `""` begins. */
  readonly cursor?: string | undefined;
  readonly pattern?: RegExp | undefined;
  /** Only so many of the last lines, without a word on those before them. */
  readonly lastLines?: number | undefined;
  readonly maxLines?: number | undefined;
  readonly maxBytes: number;
}

/** What was read. */
export interface OutputRead {
  /** As people read it, within the budget. */
  readonly text: string;
  /** Goes on behind all that was read. */
  readonly cursor: string;
  /** What the budget left out, and what shows it. */
  readonly omitted?: Omission & { readonly cursor: string };
  /** What is there no more, or is not as it was written, in words. */
  readonly gap?: string;
}

/**
 * Reads what a job printed: never more than the budget, and what is left out or gone is told.
 * @throws AppError `usage.bad_cursor`, `run.not_found`
 */
export async function readOutput(ctx: CallContext, wish: OutputWish): Promise<OutputRead> {
  const { job, run = job.run, streams = BOTH, pattern, maxLines, maxBytes } = wish;
  const asked = wish.cursor === undefined ? undefined : { cursor: parseCursor(wish.cursor) };
  const places = asked === undefined ? placesOf({ ...job, run }, undefined) : placesOf(job, asked);
  const read = new ReadPlaces({ isOfAll: false, jobs: [places] });
  const [stdout, stderr] = [new TextSink(), new TextSink()];
  let omitted: OutputRead["omitted"];
  const cut = new CutBuffer(new WriteBuffer(stdout), {
    budget: { maxLines, maxBytes },
    mark(omission, cursor) {
      omitted = { ...omission, cursor };
      return formatOmission(omission, `imp_logs with cursor "${cursor}"`);
    },
  });
  // Not copied: what is behind its getters is not made before it is asked for.
  const aside: CallContext = Object.create(ctx, {
    stdout: { value: stdout },
    stderr: { value: stderr },
  });
  const writer = new LogWriter(aside, { isPlain: true, cut });
  const { logsDir } = ctx.paths;
  const source: LogSource = asked === undefined ? { job, run, streams } : {
    ...{ job, run, streams },
    reading: { ...readingSince({ logsDir, places, lastRun: job.run, streams }), isExact: true },
  };
  await showLogs(aside, [source], { query: { lines: wish.lastLines, pattern, read }, writer });
  await writer.end();
  const gap = stderr.take();
  return {
    text: stdout.take(),
    cursor: read.toString(),
    ...cut.omitted.bytes > 0 && omitted && { omitted },
    ...gap !== "" && { gap },
  };
}

const BOTH = ["stdout", "stderr"] as const;
