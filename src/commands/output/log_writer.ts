import { toIsoTime } from "../../base/clock.ts";
import { describeDrop } from "../../logs/drops.ts";
import { eachLine } from "../../logs/line_splitter.ts";
import {
  endOf,
  type GapNotice,
  type LogItem,
  type LogLines,
  type LogNotice,
  type RepeatNotice,
} from "../../logs/log_item.ts";
import type { Reading } from "../../logs/stretches.ts";
import type { ReadPlaces } from "../../logs/read_places.ts";
import type { CommandContext } from "../frame/command.ts";
import { lineOfJson } from "../frame/write.ts";
import { countOf } from "./count_of.ts";
import type { CutBuffer, LaterLines } from "./cut_buffer.ts";
import { callJob, nameJob } from "./job_text.ts";
import { isPlain, LineShower } from "./line_shower.ts";
import { type LineOrigin, toLineJson, toNoticeJson, toOriginJson } from "./log_line_json.ts";
import { describeLost, formatRepeat, NOTICE_TEXTS } from "./notice_text.ts";
import { WriteBuffer } from "./write_buffer.ts";
import { paint } from "./style.ts";

/** How lines are shown. */
export interface LogWriterOptions {
  /** Whether each line says which job it is of. */
  readonly isTagged?: boolean;
  readonly hasTimestamps?: boolean;
  /** Whether lines go out byte for byte; else as a terminal would show them in the end. */
  readonly isRaw?: boolean;
  /** Whether they go to a terminal as they would to other programs. */
  readonly isPlain?: boolean;
  /** Takes what is written in place of stdout. */
  readonly cut?: CutBuffer | undefined;
  /** How far output has been shown: stands in each line of JSON. */
  readonly shown?: ReadPlaces | undefined;
}

const NEWLINE = 0x0a;
const NOTHING = new Uint8Array();

/** Writes the lines of jobs, as text or as JSON; lines never overlap, and a line that goes on does so in its place. */
export class LogWriter {
  readonly #ctx: CommandContext;
  readonly #options: LogWriterOptions;
  readonly #isTerminal: boolean;
  readonly #hasColor: boolean;
  readonly #out: WriteBuffer | CutBuffer;
  readonly #shower: LineShower;
  #last: Promise<void> = Promise.resolve();
  /** The line that was begun and not ended, by job and stream. */
  #unfinished: string | undefined;

  constructor(ctx: CommandContext, options: LogWriterOptions) {
    this.#ctx = ctx;
    this.#options = options;
    const { stdout } = ctx;
    const { isPlain = false } = options;
    this.#isTerminal = stdout.isTerminal;
    this.#hasColor = ctx.color && !isPlain;
    this.#out = options.cut ?? new WriteBuffer(stdout);
    const isTerminal = this.#isTerminal && !isPlain;
    this.#shower = new LineShower({ hasColor: this.#hasColor, stdout, isTerminal });
  }

  /** Writes lines and notices; resolves when they were taken. Calls may overlap. */
  write(origin: LineOrigin, items: readonly LogItem[]): Promise<void> {
    return this.#inTurn(async () => {
      for (const item of items) {
        const cut = this.#laterIn(item);
        if (cut !== undefined) {
          await cut.appendLater(this.#toLater(origin, item));
          continue;
        }
        this.#goTo(origin, item);
        if ("notice" in item) await this.#tell(origin, item);
        else if (this.#passesThrough(item)) await this.#pass(origin, item);
        else {
          for (const line of eachLine(item)) {
            this.#goTo(origin, line);
            const written = this.#writeLine(origin, line);
            if (written) await written;
          }
        }
      }
    });
  }

  /** Tells of runs that are gone, with what they wrote. */
  tellLost({ job }: LineOrigin, { first, last }: NonNullable<Reading["lost"]>): Promise<void> {
    const fields = { job_id: job.id, job_name: job.name, run: first, last_run: last, bytes: null };
    return this.#tellGap(`${callJob(job)}: ${describeLost({ first, last })}`, fields);
  }

  /** Tells of a job that is gone, with what it wrote. */
  tellGone(jobId: string): Promise<void> {
    const text = `job ${jobId} was removed, with what it wrote that was not read`;
    return this.#tellGap(text, { job_id: jobId, bytes: null });
  }

  #tellGap(text: string, fields: Readonly<Record<string, unknown>>): Promise<void> {
    return this.#inTurn(async () => {
      const { json, quiet, stderr } = this.#ctx;
      if (json) await this.#writeJson({ type: "notice", notice: "gap", ...fields });
      else if (!quiet) await stderr.write(`imp: ${text}\n`);
    });
  }

  /** Tells in a line of its own what became of a job. */
  remark(origin: LineOrigin, event: string, text: string): Promise<void> {
    return this.#inTurn(async () => {
      const { ctx, time } = { ctx: this.#ctx, time: toIsoTime(this.#ctx.clock.now()) };
      if (ctx.json) {
        await this.#writeJson({ type: "remark", time, ...toOriginJson(origin), event, text });
      } else await this.#writeRemark(time, text);
    });
  }

  /** Whether what was written last has no end of line. */
  get isInLine(): boolean {
    return this.#unfinished !== undefined;
  }

  /** Nothing more comes: shows what a budget has held back. */
  end(): Promise<void> {
    return this.#inTurn(async () => await this.#options.cut?.end());
  }

  /** What is written from now on stands for this item, where anybody wants to know. */
  #goTo({ job, run }: LineOrigin, item: LogItem): void {
    const { cut, shown } = this.#options;
    const end = endOf(item);
    const { stream } = item;
    if (shown !== undefined && end !== undefined) shown.move(job.id, stream, { run, offset: end });
    cut?.at(toTag({ job, run }, item));
  }

  /** What takes the item without its being rendered; undefined where that has to be done at once. */
  #laterIn(item: LogItem): CutBuffer | undefined {
    const { cut, isTagged, hasTimestamps } = this.#options;
    if (cut === undefined || !cut.countsLinesOnly) return undefined;
    if (this.#ctx.json) return cut;
    // What stands for itself, and is long before it is shown only for what is put before it.
    const isSimple = (isTagged || hasTimestamps) && "bytes" in item && item.startsLine &&
      item.bytes.at(-1) === NEWLINE && item.until === undefined && this.#unfinished === undefined &&
      isPlain(item.bytes, this.#isTerminal);
    return isSimple ? cut : undefined;
  }

  #toLater(origin: LineOrigin, item: LogItem): LaterLines {
    const { job, run } = origin;
    const { shown } = this.#options;
    const end = endOf(item);
    const reach = (offset: number | undefined) => {
      if (offset === undefined || end === undefined) return;
      shown?.move(job.id, item.stream, { run, offset: Math.min(offset, end) });
    };
    const toItem = (bytes: Uint8Array, skipped: number): LogItem =>
      "bytes" in item ? { ...item, bytes, offset: item.offset + skipped } : item;
    return {
      bytes: "bytes" in item ? item.bytes : NOTHING,
      tag: toTag(origin, item),
      show: (bytes, skipped) => this.#render(origin, toItem(bytes, skipped), reach),
      omit: (bytes, skipped) => reach(endOf(toItem(bytes, skipped))),
    };
  }

  *#render(
    origin: LineOrigin,
    item: LogItem,
    reach: (offset: number | undefined) => void,
  ): ReturnType<LaterLines["show"]> {
    const { shown } = this.#options;
    for (const line of "bytes" in item ? eachLine(item) : [item]) {
      reach(endOf(line));
      if ("notice" in line) yield [lineOfJson(this.#ctx, toNoticeJson(origin, line))];
      else if (!this.#ctx.json) yield [this.#prefix(origin, line.timeMs), line.bytes];
      else {
        const cursor = shown?.toString();
        yield [lineOfJson(this.#ctx, { ...toLineJson(origin, line), ...cursor && { cursor } })];
      }
    }
  }

  /** The promise of each call waits for the one before. */
  #inTurn(action: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(action).then(() => this.#out.flush());
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** Whether nothing is said of each line, and nothing to be changed in any: most output is so. */
  #passesThrough({ bytes, end, startsLine }: LogLines): boolean {
    const { hasTimestamps, isRaw, isTagged } = this.#options;
    if (this.#ctx.json || isTagged || hasTimestamps) return false;
    return isRaw === true || (startsLine && end === "line" && isPlain(bytes, this.#isTerminal));
  }

  /** Undefined when it is done already. */
  #writeLine(origin: LineOrigin, line: LogLines): Promise<void> | undefined {
    if (this.#ctx.json) {
      const cursor = this.#options.shown?.toString();
      return this.#writeJson({ ...toLineJson(origin, line), ...cursor && { cursor } });
    }
    const isWhole = line.startsLine && line.end === "line";
    const isAsIs = this.#options.isRaw || (isWhole && isPlain(line.bytes, this.#isTerminal));
    return isAsIs ? this.#pass(origin, line) : this.#showLine(origin, line);
  }

  #pass(
    origin: LineOrigin,
    { bytes, startsLine, stream, timeMs }: LogLines,
  ): Promise<void> | undefined {
    const key = keyOf(origin, stream);
    const begins = startsLine || this.#unfinished !== key;
    const before = begins ? this.#begin(origin, timeMs) : "";
    this.#unfinished = bytes.at(-1) === NEWLINE ? undefined : key;
    return this.#out.append(before, bytes);
  }

  async #showLine(origin: LineOrigin, line: LogLines): Promise<void> {
    const key = keyOf(origin, line.stream);
    const prefix = this.#prefix(origin, line.timeMs);
    const goesOn = this.#unfinished === key;
    const shown = await this.#shower.show(line, { key, prefix, goesOn });
    if (shown === undefined) return;
    // It is said anew: what was shown of it before cannot be taken back.
    if (!shown.goesOn && goesOn) await this.#startLine();
    const begin = shown.goesOn ? "" : this.#begin(origin, line.timeMs);
    const hasEnded = line.end === "line" && line.bytes.at(-1) === NEWLINE;
    await this.#out.append(`${begin}${shown.text}${hasEnded ? "\n" : ""}`);
    this.#unfinished = hasEnded ? undefined : key;
  }

  async #tell(origin: LineOrigin, item: Exclude<LogItem, LogLines>): Promise<void> {
    if (this.#ctx.json) await this.#writeJson(toNoticeJson(origin, item));
    else if ("times" in item) await this.#writeRepeat(origin, item);
    else if ("drop" in item) {
      const text = `${nameJob(origin.job)}: ${describeDrop(item.drop, item.stream)}`;
      await this.#writeRemark(toIsoTime(item.timeMs), text);
    } else await this.#writeNotice(origin, item);
  }

  async #writeRemark(time: string, text: string): Promise<void> {
    if (this.#ctx.quiet) return;
    const stamp = this.#options.hasTimestamps ? `${time} ` : "";
    await this.#startLine();
    await this.#out.append(paint(`${stamp}[imp] ${text}`, "dim", this.#hasColor) + "\n");
  }

  async #writeNotice({ job }: LineOrigin, item: LogNotice | GapNotice): Promise<void> {
    if (this.#ctx.quiet) return;
    await this.#out.flush();
    const text = item.notice === "gap"
      ? `${countOf(item.to - item.from, "byte")} were cut off before they were read`
      : NOTICE_TEXTS[item.notice];
    await this.#ctx.stderr.write(`imp: ${callJob(job)}: ${item.stream}: ${text}\n`);
  }

  async #writeRepeat(origin: LineOrigin, item: RepeatNotice): Promise<void> {
    await this.#startLine();
    await this.#out.append(`${this.#prefix(origin, item.timeMs)}${formatRepeat(item)}\n`);
  }

  /** What comes before a line: the end of another that was not finished, and whose it is. */
  #begin(origin: LineOrigin, timeMs: number): string {
    const prefix = this.#prefix(origin, timeMs);
    const endsOther = this.#unfinished !== undefined && (prefix !== "" || !this.#options.isRaw);
    return endsOther ? `\n${prefix}` : prefix;
  }

  async #startLine(): Promise<void> {
    if (this.#unfinished !== undefined) await this.#out.append("\n");
    this.#unfinished = undefined;
  }

  #prefix(origin: LineOrigin, timeMs: number): string {
    const { isTagged, hasTimestamps } = this.#options;
    const stamp = hasTimestamps ? `${toIsoTime(timeMs)} ` : "";
    const tag = isTagged ? `[${callJob(origin.job)}] ` : "";
    return paint(stamp, "dim", this.#hasColor) + paint(tag, "info", this.#hasColor);
  }

  #writeJson(value: unknown): Promise<void> | undefined {
    return this.#out.append(lineOfJson(this.#ctx, value));
  }
}

function keyOf({ job }: LineOrigin, stream: string): string {
  return `${job.id} ${stream}`;
}

/** What the item stands for in the output of a job; undefined of what is none. */
function toTag({ job, run }: LineOrigin, item: LogItem) {
  if (!("bytes" in item)) return undefined;
  return { jobId: job.id, stream: item.stream, run, from: item.offset, until: endOf(item)! };
}
