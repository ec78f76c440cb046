import { PLAIN_STYLE, type SgrStyle } from "../../text/sgr_style.ts";
import { toStyledLine } from "../../text/styled_line.ts";
import { TerminalLine } from "../../text/terminal_line.ts";
import type { StreamLine } from "./connection.ts";
import { type StyledSpan, toSpans } from "./styled_spans.ts";

/** A row of output; one that is not complete comes again, with the same number, until it is. */
export interface OutputRow {
  readonly number: number;
  readonly kind: "stdout" | "stderr" | "remark";
  readonly time: string;
  readonly spans: readonly StyledSpan[];
}

const MAX_CELLS = 4_000;

/** One stream, which goes on in the style that its last line has ended with. */
class Stream {
  readonly line = new TerminalLine(MAX_CELLS);
  style: SgrStyle = PLAIN_STYLE;
  /** Of the row that has no end yet. */
  number: number | undefined;
}

/** Makes rows of the lines of `imp logs --json`: as a terminal would show them in the end, and harmless. */
export class OutputRows {
  readonly #streams = { stdout: new Stream(), stderr: new Stream() };
  #next = 0;

  /** The row that a line makes or changes; undefined for what is not shown. */
  take(line: StreamLine): OutputRow | undefined {
    const time = String(line.time ?? "");
    if (line.type === "line") return this.#takeText(line, time);
    const words = wordsOf(line);
    if (words === undefined) return undefined;
    return { number: this.#next++, kind: "remark", time, spans: toSpans(words) };
  }

  #takeText({ stream, text, continued, partial }: StreamLine, time: string): OutputRow {
    const kind = stream === "stderr" ? "stderr" : "stdout";
    const own = this.#streams[kind];
    if (!continued) this.#end(own);
    const number = own.number ??= this.#next++;
    own.line.write(String(text));
    const styled = toStyledLine(own.line.text, { style: own.style, color: true });
    const rest = own.line.hidden > 0 ? ` … ${own.line.hidden} more` : "";
    if (!partial) this.#end(own);
    return { number, kind, time, spans: toSpans(styled.text + rest) };
  }

  #end(stream: Stream): void {
    if (stream.number === undefined) return;
    stream.style = toStyledLine(stream.line.text, { style: stream.style, color: true }).style;
    stream.line.clear();
    stream.number = undefined;
  }
}

/** What is said of a job, or of what is missing. */
function wordsOf(line: StreamLine): string | undefined {
  if (line.type === "remark") return String(line.text);
  if (line.type === "omitted") return `${line.lines} lines are left out`;
  if (line.type !== "notice") return undefined;
  const bytes = typeof line.bytes === "number" ? `: ${line.bytes} bytes` : "";
  return `${String(line.notice)}${bytes}`;
}
