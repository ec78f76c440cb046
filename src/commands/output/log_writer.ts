import { toIsoTime } from "../../base/clock.ts";
import { TerminalText } from "../../base/terminal_text.ts";
import { lineText, type LogItem, type LogLine, type LogNotice } from "../../logs/merge.ts";
import type { JobView } from "../../protocol/job_view.ts";
import type { CommandContext } from "../command.ts";
import { callJob } from "./job_text.ts";
import { paint } from "./style.ts";

/** How lines are shown. */
export interface LogWriterOptions {
  /** Whether each line says which job it is of. */
  readonly isTagged: boolean;
  readonly hasTimestamps: boolean;
  /** Whether control sequences go to a terminal as they are. */
  readonly isRaw: boolean;
}

/** Whose line it is. */
export interface LineOrigin {
  readonly job: JobView;
  readonly run: number;
}

const NEWLINE = 0x0a;
const encoder = new TextEncoder();

const NOTICES: Readonly<Record<LogNotice["notice"], string>> = {
  cut: "older output was cut off",
  truncated: "the output file was emptied",
  removed: "the output file was removed",
};

/** Writes the lines of jobs one at a time, as text or as JSON. */
export class LogWriter {
  readonly #ctx: CommandContext;
  readonly #options: LogWriterOptions;
  #last: Promise<void> = Promise.resolve();
  /** The line that was begun and not ended, by job and stream. */
  #unfinished: string | undefined;
  readonly #cleaners = new Map<string, TerminalText>();

  constructor(ctx: CommandContext, options: LogWriterOptions) {
    this.#ctx = ctx;
    this.#options = options;
  }

  /** Writes a line or a notice; resolves when it was taken. Calls may overlap, lines never do. */
  write(origin: LineOrigin, item: LogItem): Promise<void> {
    return this.#inTurn(() =>
      "bytes" in item ? this.#writeLine(origin, item) : this.#writeNotice(origin, item)
    );
  }

  /** Tells in a line of its own what became of a job. */
  remark(origin: LineOrigin, event: string, text: string): Promise<void> {
    return this.#inTurn(async () => {
      const { ctx, time } = { ctx: this.#ctx, time: toIsoTime(this.#ctx.clock.now()) };
      if (ctx.json) {
        await this.#writeJson({ type: "remark", time, ...toFields(origin), event, text });
      } else if (!ctx.quiet) {
        const stamp = this.#options.hasTimestamps ? `${time} ` : "";
        await this.#startLine();
        await ctx.stdout.write(paint(`${stamp}[imp] ${text}`, "dim", ctx.color) + "\n");
      }
    });
  }

  /** The promise of each call waits for the one before. */
  #inTurn(action: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(action);
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #writeLine(origin: LineOrigin, line: LogLine): Promise<void> {
    const { stdout, json } = this.#ctx;
    if (json) return await this.#writeJson(toJsonLine(origin, line));
    const key = `${origin.job.id} ${line.stream}`;
    const goesOn = !line.startsLine && this.#unfinished === key;
    const prefix = goesOn ? "" : this.#prefix(origin, line.timeMs);
    // Nothing is inserted into what another program reads: its bytes are the job's.
    if (!goesOn && (prefix !== "" || stdout.isTerminal)) await this.#startLine();
    const isTerminal = stdout.isTerminal && !this.#options.isRaw;
    const body = isTerminal ? encoder.encode(this.#toTerminal(key, line)) : line.bytes;
    await stdout.write(prefix === "" ? body : concat(encoder.encode(prefix), body));
    this.#unfinished = line.bytes.at(-1) === NEWLINE ? undefined : key;
  }

  /** Colours stay, and end with the line; all else that a terminal would obey goes or is shown. */
  #toTerminal(key: string, { bytes, startsLine }: LogLine): string {
    const text = lineText(bytes);
    if (startsLine || !this.#cleaners.has(key)) {
      this.#cleaners.set(key, new TerminalText({ allowColor: this.#ctx.color }));
    }
    const cleaner = this.#cleaners.get(key)!;
    const shown = cleaner.push(text);
    return bytes.at(-1) === NEWLINE ? `${shown}${cleaner.end()}\n` : shown;
  }

  async #writeNotice(origin: LineOrigin, { notice, stream, timeMs }: LogNotice): Promise<void> {
    if (this.#ctx.json) {
      const time = toIsoTime(timeMs);
      return await this.#writeJson({ type: "notice", time, ...toFields(origin), stream, notice });
    }
    if (this.#ctx.quiet) return;
    await this.#ctx.stderr.write(`imp: ${callJob(origin.job)}: ${stream}: ${NOTICES[notice]}\n`);
  }

  async #startLine(): Promise<void> {
    if (this.#unfinished !== undefined) await this.#ctx.stdout.write("\n");
    this.#unfinished = undefined;
  }

  #prefix(origin: LineOrigin, timeMs: number): string {
    const { isTagged, hasTimestamps } = this.#options;
    const stamp = hasTimestamps ? `${toIsoTime(timeMs)} ` : "";
    const tag = isTagged ? `[${callJob(origin.job)}] ` : "";
    return paint(stamp, "dim", this.#ctx.color) + paint(tag, "info", this.#ctx.color);
  }

  async #writeJson(value: unknown): Promise<void> {
    await this.#ctx.stdout.write(`${JSON.stringify(value)}\n`);
  }
}

function toFields({ job, run }: LineOrigin) {
  return { job_id: job.id, name: job.name, run };
}

function toJsonLine(origin: LineOrigin, line: LogLine) {
  const { stream } = line;
  return {
    type: "line",
    time: toIsoTime(line.timeMs),
    ...toFields(origin),
    stream,
    text: lineText(line.bytes),
    // A line of more than 64 KiB comes in pieces.
    ...(line.startsLine ? {} : { continued: true }),
  };
}

function concat(left: Uint8Array, right: Uint8Array): Uint8Array {
  const both = new Uint8Array(left.length + right.length);
  both.set(left);
  both.set(right, left.length);
  return both;
}
