import { formatCursor } from "../../logs/log_cursor.ts";
import type { StreamName } from "../../logs/log_paths.ts";
import { MiddleCut, type Omission, type OutputBudget } from "../../logs/middle_cut.ts";
import { OmittedPlaces } from "../../logs/read_places.ts";
import { reserveOf } from "./omission_text.ts";
import type { WriteBuffer } from "./write_buffer.ts";

/** What lines that are written stand for in the output of a job. */
export interface LineTag {
  readonly jobId: string;
  readonly stream: StreamName;
  readonly run: number;
  readonly from: number;
  readonly until: number;
}

/** Options of {@linkcode CutBuffer}. */
export interface CutBufferOptions {
  readonly budget: OutputBudget;
  /** The line that tells what was left out; `cursor` names it. */
  readonly mark: (omission: Omission, cursor: string) => string;
}

/** Lines within a budget: the middle of what is too much is left out, and told there. */
export class CutBuffer {
  readonly #out: WriteBuffer;
  readonly #options: CutBufferOptions;
  readonly #cut: MiddleCut<LineTag | undefined>;
  /** Tags of bytes that are shown as they were written, byte for byte. */
  readonly #exact = new WeakSet<LineTag>();
  readonly #omitted = new OmittedPlaces();
  readonly #jobs = new Set<string>();
  readonly #encoder = new TextEncoder();
  #tag: LineTag | undefined;

  constructor(out: WriteBuffer, options: CutBufferOptions) {
    this.#out = out;
    this.#options = options;
    this.#cut = new MiddleCut(options.budget, ({ tag, skipped, bytes }) => {
      if (tag === undefined) return;
      const isExact = this.#exact.has(tag);
      const from = isExact ? tag.from + skipped : tag.from;
      const until = isExact ? from + bytes.length : tag.until;
      this.#omitted.add(tag.jobId, tag.stream, { run: tag.run, from, until });
    });
  }

  /** How much was left out; known after `end()`. */
  get omitted(): Omission {
    return this.#cut.omitted;
  }

  /** What is appended from now on is of these bytes, or of none. */
  at(tag: LineTag | undefined): void {
    this.#tag = tag;
    if (tag) this.#jobs.add(tag.jobId);
  }

  /** Takes the text and the bytes behind it, as {@linkcode WriteBuffer.append} does. */
  append(text: string, bytes?: Uint8Array): Promise<void> | undefined {
    const isExact = text === "";
    const data = isExact ? bytes : this.#join(text, bytes);
    if (data === undefined) return undefined;
    if (isExact && this.#tag) this.#exact.add(this.#tag);
    const shown = this.#cut.push(data, this.#tag, { isGiven: !isExact });
    return shown === 0 ? undefined : this.#out.append("", data.subarray(0, shown));
  }

  /** Resolves when what can be shown by now was taken. */
  flush(): Promise<void> {
    return this.#out.flush();
  }

  /** Nothing more comes: what was left out is told, and the end is shown. */
  async end(): Promise<void> {
    const { budget, mark } = this.#options;
    const longest = mark({ lines: 1e12, bytes: 1e15 }, "").length;
    const tail = this.#cut.end(
      reserveOf(budget, { lines: 1, bytes: longest, jobs: this.#jobs.size }),
    );
    if (this.#cut.omitted.bytes > 0) {
      const line = mark(this.#cut.omitted, formatCursor(this.#omitted.toCursor()));
      await this.#out.append(`${this.#cut.isHeadWhole ? "" : "\n"}${line}\n`);
    }
    for (const { bytes } of tail) await this.#out.append("", bytes);
    await this.#out.flush();
  }

  #join(text: string, bytes: Uint8Array | undefined): Uint8Array {
    const before = this.#encoder.encode(text);
    if (bytes === undefined) return before;
    const joined = new Uint8Array(before.length + bytes.length);
    joined.set(before);
    joined.set(bytes, before.length);
    return joined;
  }
}
