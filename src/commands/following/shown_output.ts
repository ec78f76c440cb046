import type { StreamName } from "../../logs/log_paths.ts";
import { type Reading, readingSince } from "../../logs/stretches.ts";
import type { JobView } from "../../protocol/job_view.ts";
import type { CommandContext } from "../frame/command.ts";
import { readBudget, readCursor, wordsOfImp } from "../frame/output_flags.ts";
import type { ParsedArgs } from "../frame/parse_args.ts";
import type { PlacedOutput } from "../output/cut_output.ts";
import { openJobOutput } from "../output/job_output.ts";
import { callJob } from "../output/job_text.ts";
import { placesOf, tellCursor } from "./places_of.ts";

const NEWLINE = 0x0a;

/** How the bytes of a job are asked for. */
export interface ShownOutputOptions {
  readonly job: JobView;
  /** Where all of it goes; by default each stream goes to ours of the same name. */
  readonly to?: StreamName;
}

/** Where the bytes of a job go, within a budget and with a cursor where these are asked for. */
export interface ShownOutput {
  readonly output: PlacedOutput;
  /** What is to be shown of these streams since the cursor; undefined where none is asked for. */
  readingOf(streams: readonly StreamName[], lastRun: number): Reading | undefined;
  /** Nothing more comes: shows what a budget holds back, and the next cursor. */
  end(): Promise<void>;
}

/** Opens {@linkcode ShownOutput}; what only budgets and cursors need is loaded for them. */
export async function openShownOutput(
  ctx: CommandContext,
  args: ParsedArgs,
  { job, to }: ShownOutputOptions,
): Promise<ShownOutput> {
  const [budget, asked] = [readBudget(args), readCursor(args, ["lines", "run"])];
  const inner = openJobOutput(ctx, to ? { to } : {});
  const cut = budget && new (await import("../output/cut_output.ts")).CutOutput({
    ...{ jobId: job.id, budget, inner },
    command: (stream, cursor) => {
      const words = [stream, callJob(job), "--cursor", cursor, "--max-lines", "0"];
      return [...wordsOfImp(args), ...words].join(" ");
    },
  });
  const isText = args.has("plain") || args.has("dedupe");
  const text = isText
    ? new (await import("../output/text_output.ts")).TextOutput(cut ?? inner, args.has("dedupe"))
    : undefined;
  const output = text ?? cut ?? inner;
  const endOutput = async () => {
    await text?.end();
    await cut?.end();
  };
  if (asked === undefined) return { output, readingOf: () => undefined, end: endOutput };
  const { ReadPlaces } = await import("../../logs/read_places.ts");
  const since = placesOf(job, asked);
  const read = new ReadPlaces({
    isOfAll: asked.cursor?.isOfAll ?? false,
    jobs: [...asked.cursor?.jobs ?? [], since],
  });
  let isInLine = false;
  return {
    output: {
      async write(stream, bytes, { run, offset }) {
        await output.write(stream, bytes, { run, offset });
        if (bytes.length > 0) isInLine = bytes.at(-1) !== NEWLINE;
        read.move(job.id, stream, { run, offset: offset + bytes.length });
      },
      reach: (stream, place) => read.move(job.id, stream, place),
      tell: (stream, text, fields) => output.tell(stream, text, fields),
    },
    readingOf: (streams, lastRun) =>
      readingSince({ logsDir: ctx.paths.logsDir, places: since, lastRun, streams }),
    async end() {
      await endOutput();
      await tellCursor(ctx, { cursor: read.toString(), isInLine });
    },
  };
}
