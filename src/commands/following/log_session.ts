import type { Omission, OutputBudget } from "../../logs/middle_cut.ts";
import type { ReadPlaces } from "../../logs/read_places.ts";
import type { CommandContext } from "../frame/command.ts";
import { type AskedCursor, wordsOfImp } from "../frame/output_flags.ts";
import type { ParsedArgs } from "../frame/parse_args.ts";
import { lineOfJson } from "../frame/write.ts";
import type { CutBuffer } from "../output/cut_buffer.ts";
import { formatCommand } from "../output/format_command.ts";
import { LogWriter } from "../output/log_writer.ts";
import { describeOmission, formatOmission } from "../output/omission_text.ts";
import { WriteBuffer } from "../output/write_buffer.ts";
import type { FoundSources } from "./find_log_sources.ts";
import { placesOf, tellCursor } from "./places_of.ts";
import { readLogBudget } from "./read_log_query.ts";
import type { WantedLogs } from "./wanted_logs.ts";

/** Options of {@linkcode openLogSession}. */
export interface LogSessionOptions {
  readonly found: FoundSources;
  readonly query: WantedLogs;
  readonly asked: AskedCursor | undefined;
  /** Whether each line says which job it is of. */
  readonly isTagged: boolean;
}

/** Lines of jobs that are shown within a budget, and with cursors where these are asked for. */
export interface LogSession {
  readonly writer: LogWriter;
  readonly wanted: WantedLogs;
  /** Nothing more comes: shows what a budget holds back, and the next cursor. */
  end(): Promise<void>;
}

/** Opens {@linkcode LogSession}; what only budgets and cursors need is loaded for them. */
export async function openLogSession(
  ctx: CommandContext,
  args: ParsedArgs,
  { found, query, asked, isTagged }: LogSessionOptions,
): Promise<LogSession> {
  const limit = readLogBudget(ctx, args);
  const cursors = await openCursors(ctx, { ...found, asked, query, isCut: limit !== undefined });
  const cut = limit && await openCut(ctx, args, limit.budget);
  const writer = new LogWriter(ctx, {
    ...{ isTagged, cut, shown: cursors?.shown },
    hasTimestamps: args.has("timestamps"),
    isRaw: query.isRaw ?? false,
    isPlain: args.has("plain"),
  });
  return {
    writer,
    wanted: { ...query, read: cursors?.read },
    async end() {
      await writer.end();
      if (limit && !limit.isAsked && cut) await tellCut(ctx, args, cut.omitted);
      if (asked && cursors) {
        const { isInLine } = writer;
        await tellCursor(ctx, { cursor: cursors.read.toString(), isInLine });
      }
    },
  };
}

/** Who prints no cursor needs none of it. */
async function openCursors(
  ctx: CommandContext,
  { sources, gone, asked, isOfAll, query, isCut }: FoundSources & {
    readonly asked: AskedCursor | undefined;
    readonly query: WantedLogs;
    readonly isCut: boolean;
  },
): Promise<{ read: ReadPlaces; shown: ReadPlaces } | undefined> {
  if (asked === undefined && !ctx.json) return undefined;
  const { ReadPlaces } = await import("../../logs/read_places.ts");
  const jobs = sources.map(({ job, run }) =>
    asked ? placesOf(job, asked) : placesOf({ ...job, run }, undefined)
  );
  const kept =
    asked?.cursor?.jobs.filter(({ jobId }) =>
      !gone.includes(jobId) && !jobs.some((job) => job.jobId === jobId)
    ) ?? [];
  const initial = { isOfAll, jobs: [...kept, ...jobs] };
  const read = new ReadPlaces(initial);
  // What is shown only once all was read has places of its own.
  const isShownLater = isCut || query.total !== undefined || query.lines !== undefined;
  return { read, shown: isShownLater ? new ReadPlaces(initial) : read };
}

/** Flags that belong to a command which shows what this one has left out. */
const KEPT_FLAGS = ["grep", "timestamps", "plain", "raw", "dedupe", "json", "fields"];

async function openCut(
  ctx: CommandContext,
  args: ParsedArgs,
  budget: OutputBudget,
): Promise<CutBuffer> {
  const { CutBuffer } = await import("../output/cut_buffer.ts");
  const [job, ...others] = args.operands;
  const words = [
    ...wordsOfImp(args),
    "logs",
    ...job !== undefined && others.length === 0 ? [job] : [],
  ];
  const flags = KEPT_FLAGS.filter((flag) => args.has(flag)).map((flag) =>
    flag === "grep" || flag === "fields" ? `--${flag}=${args.value(flag)}` : `--${flag}`
  );
  return new CutBuffer(new WriteBuffer(ctx.stdout), {
    budget,
    mark(omission, cursor) {
      const command = formatCommand([...words, "--cursor", cursor, "--max-lines", "0", ...flags]);
      return ctx.json
        ? lineOfJson(ctx, { type: "omitted", ...omission, cursor, command }).trimEnd()
        : formatOmission(omission, command);
    },
  });
}

/** That nobody has asked for less than all is told where it is seen, whatever becomes of stdout. */
async function tellCut(ctx: CommandContext, args: ParsedArgs, omission: Omission): Promise<void> {
  if (omission.bytes === 0 || ctx.quiet) return;
  const words = formatCommand([...wordsOfImp(args), "logs", ...args.operands, "-n", "all"]);
  await ctx.stderr.write(
    `imp: ${describeOmission(omission)} were left out, for stdout is no terminal; ` +
      `all of it: ${words}\n`,
  );
}
