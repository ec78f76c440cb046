import { escapeControl } from "../../base/terminal_text.ts";
import { StreamReader } from "../../logs/stream_reader.ts";
import type { RunOutput } from "./probe_world.ts";

/** So much of a line counts. */
const LINE_BYTES = 8 * 1024;
const CHUNK_BYTES = 64 * 1024;
/** After so many of them everything else has its turn. */
const CHUNKS_PER_TURN = 16;
const NEWLINE = 0x0a;

/** The lines of one stream from its first byte on, as they come. */
class StreamLines implements Disposable {
  readonly #path: string;
  readonly #decoder = new TextDecoder();
  #reader: StreamReader | undefined;
  #offset = 0;
  /** The beginning of a line that has no end yet. */
  #tail = new Uint8Array(0);

  constructor(path: string) {
    this.#path = path;
  }

  get offset(): number {
    return this.#offset;
  }

  /** What the next chunk brings, which may be no line at all; undefined: there is no more for now. */
  next(buffer: Uint8Array): string[] | undefined {
    this.#reader ??= StreamReader.open(this.#path);
    if (this.#reader === undefined) return undefined;
    // Emptied by somebody: what it holds now is new.
    if (this.#reader.range().end < this.#offset) {
      this.#offset = this.#reader.restart();
      this.#tail = new Uint8Array(0);
    }
    const { offset, bytes } = this.#reader.read(this.#offset, buffer);
    if (bytes.length === 0) return undefined;
    // Cut off at its front before it was read: no line goes on over what is missing.
    if (offset !== this.#offset) this.#tail = new Uint8Array(0);
    this.#offset = offset + bytes.length;
    return this.#split(bytes);
  }

  #split(bytes: Uint8Array): string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      lines.push(this.#line(bytes.subarray(start, end)));
      this.#tail = new Uint8Array(0);
      start = end + 1;
    }
    const room = LINE_BYTES - this.#tail.length;
    const rest = bytes.subarray(start, start + room);
    if (rest.length === 0) return lines;
    this.#tail = joined(this.#tail, rest);
    return [...lines, this.#text(this.#tail)];
  }

  #line(end: Uint8Array): string {
    const whole = this.#tail.length === 0 ? end : joined(this.#tail, end);
    return this.#text(whole.subarray(0, LINE_BYTES));
  }

  /** Colours and the like are not part of what a line says. */
  #text(bytes: Uint8Array): string {
    return escapeControl(this.#decoder.decode(bytes).replace(/\r+$/, ""), { allowColor: false });
  }

  [Symbol.dispose](): void {
    this.#reader?.[Symbol.dispose]();
  }
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

/** The output of a run as it is read by the log probe. */
export class RunLines implements RunOutput {
  readonly #streams: readonly [stdout: StreamLines, stderr: StreamLines];
  readonly #pause: () => Promise<void>;
  #buffer: Uint8Array | undefined;
  #chunks = 0;

  /** `paths`: the files of its streams; `pause` lets everything else have its turn. */
  constructor([stdout, stderr]: readonly [string, string], pause: () => Promise<void>) {
    this.#streams = [new StreamLines(stdout), new StreamLines(stderr)];
    this.#pause = pause;
  }

  /** How far each stream was read. */
  get offsets(): readonly [stdout: number, stderr: number] {
    const [stdout, stderr] = this.#streams;
    return [stdout.offset, stderr.offset];
  }

  async next(): Promise<readonly string[]> {
    const buffer = this.#buffer ??= new Uint8Array(CHUNK_BYTES);
    for (const stream of this.#streams) {
      for (let lines = stream.next(buffer); lines !== undefined; lines = stream.next(buffer)) {
        if (++this.#chunks % CHUNKS_PER_TURN === 0) await this.#pause();
        if (lines.length > 0) return lines;
      }
    }
    // It may be long until there is more.
    this.#buffer = undefined;
    return [];
  }

  [Symbol.dispose](): void {
    for (const stream of this.#streams) stream[Symbol.dispose]();
  }
}
