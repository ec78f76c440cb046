import { formatCursor } from "../../logs/log_cursor.ts";
import type { StreamName } from "../../logs/log_paths.ts";
import {
  MiddleCut,
  type Omission,
  type OutputBudget,
  type OutputPiece,
} from "../../logs/middle_cut.ts";
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

/** Lines that are rendered only if they are shown. */
export interface LaterLines {
  /** A stand-in for each line that is written; the last one may lack its end. */
  readonly bytes: Uint8Array;
  readonly tag: LineTag | undefined;
  /** What to write for a part of them, which begins behind so many of the bytes. */
  show(bytes: Uint8Array, skipped: number): Iterable<readonly [text: string, bytes?: Uint8Array]>;
  /** A part of them is left out. */
  omit(bytes: Uint8Array, skipped: number): void;
}

/** Options of {@linkcode CutBuffer}. */
export interface CutBufferOptions {
  readonly budget: OutputBudget;
  /** The line that tells what was left out; `cursor` names it. */
  readonly mark: (omission: Omission, cursor: string) => string;
}

/** What was appended: whose it is, and whether it is shown as it was written, byte for byte. */
interface Appended {
  readonly tag: LineTag | undefined;
  readonly isExact: boolean;
  readonly later?: LaterLines;
}

const NEWLINE = 0x0a;
const NOTHING = new Uint8Array();

/** Lines within a budget: the middle of what is too much is left out, and told there. */
export class CutBuffer {
  readonly #out: WriteBuffer;
  readonly #options: CutBufferOptions;
  readonly #cut: MiddleCut<Appended>;
  readonly #omitted = new OmittedPlaces();
  readonly #jobs = new Set<string>();
  readonly #encoder = new TextEncoder();
  #tag: LineTag | undefined;

  constructor(out: WriteBuffer, options: CutBufferOptions) {
    this.#out = out;
    this.#options = options;
    this.#cut = new MiddleCut(options.budget, (piece) => this.#omit(piece));
  }

  /** Whether what is shown does not depend on how long lines become: then they need not be rendered to know it. */
  get countsLinesOnly(): boolean {
    return this.#options.budget.maxBytes === undefined;
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
    const tag = this.#tag;
    const data = text === "" ? bytes : this.#join(text, bytes);
    if (data === undefined) return undefined;
    const isExact = text === "" && tag !== undefined && tag.until - tag.from === data.length;
    const shown = this.#cut.push(data, { tag, isExact }, { isGiven: text !== "" });
    return shown === 0 ? undefined : this.#out.append("", data.subarray(0, shown));
  }

  /** Takes lines that are rendered only if they are shown. The bytes are the caller's again then. */
  async appendLater(later: LaterLines): Promise<void> {
    if (later.tag) this.#jobs.add(later.tag.jobId);
    const { tag } = later;
    const bytes = wholeLines(later.bytes);
    const shown = this.#cut.push(bytes, {
      tag,
      isExact: true,
      later: { ...later, bytes: NOTHING },
    });
    if (shown > 0) await this.#show(later.show(bytes.subarray(0, shown), 0));
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
    for (const { bytes, tag: { later }, skipped } of tail) {
      await this.#show(later?.show(bytes, skipped) ?? [["", bytes]]);
    }
    await this.#out.flush();
  }

  async #show(parts: ReturnType<LaterLines["show"]>): Promise<void> {
    for (const [text, bytes] of parts) {
      const taken = this.#out.append(text, bytes);
      if (taken) await taken;
    }
  }

  #omit({ tag: { tag, isExact, later }, skipped, bytes }: OutputPiece<Appended>): void {
    later?.omit(bytes, skipped);
    if (tag === undefined) return;
    const from = isExact ? tag.from + skipped : tag.from;
    const until = isExact ? Math.min(tag.until, from + bytes.length) : tag.until;
    this.#omitted.add(tag.jobId, tag.stream, { run: tag.run, from, until });
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

/** Also the last line ends. */
function wholeLines(bytes: Uint8Array): Uint8Array {
  if (bytes.at(-1) === NEWLINE) return bytes;
  const whole = new Uint8Array(bytes.length + 1);
  whole.set(bytes);
  whole[bytes.length] = NEWLINE;
  return whole;
}
