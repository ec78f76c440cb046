import { formatCursor, type StreamPlace } from "../../logs/log_cursor.ts";
import type { StreamName } from "../../logs/log_paths.ts";
import { MiddleCut, type OutputBudget, type OutputPiece } from "../../logs/middle_cut.ts";
import { OmittedPlaces } from "../../logs/read_places.ts";
import type { JobOutput } from "./job_output.ts";
import { formatOmission, reserveOf } from "./omission_text.ts";

/** Where bytes are in a job's output; with `until`, where what they stand for ends: they are not what was written then. */
export type WrittenPlace = StreamPlace & { readonly until?: number | undefined };

/** Takes the bytes of a job, and knows where they are in its output. */
export interface PlacedOutput extends Pick<JobOutput, "tell"> {
  write(stream: StreamName, bytes: Uint8Array, place: WrittenPlace): Promise<void>;
  /** Everything before `place` was written, if there was anything. */
  reach?(stream: StreamName, place: StreamPlace): void;
}

/** Options of {@linkcode CutOutput}. */
export interface CutOutputOptions {
  readonly jobId: string;
  readonly budget: OutputBudget;
  readonly inner: JobOutput;
  /** The command that shows what a cursor of this stream names. */
  readonly command: (stream: StreamName, cursor: string) => string;
}

type Tag = WrittenPlace & { readonly stream: StreamName };

const NEWLINE = 0x0a;
/** Output within a budget: what is left out is told in its place, in each stream, with how to get it. */
export class CutOutput implements PlacedOutput {
  readonly #options: CutOutputOptions;
  readonly #cut: MiddleCut<Tag>;
  readonly #streams = new Map<StreamName, OmittedOfStream>();

  constructor(options: CutOutputOptions) {
    this.#options = options;
    this.#cut = new MiddleCut(options.budget, (piece) => {
      this.#streams.get(piece.tag.stream)!.add(options.jobId, piece);
    });
  }

  async write(stream: StreamName, bytes: Uint8Array, place: WrittenPlace): Promise<void> {
    let ofStream = this.#streams.get(stream);
    if (ofStream === undefined) this.#streams.set(stream, ofStream = new OmittedOfStream());
    const shown = this.#cut.push(bytes, { ...place, stream });
    if (shown === 0) return;
    ofStream.isInLine = bytes[shown - 1] !== NEWLINE;
    await this.#options.inner.write(stream, bytes.subarray(0, shown));
  }

  tell(stream: StreamName, text: string, fields: Readonly<Record<string, unknown>>): Promise<void> {
    return this.#options.inner.tell(stream, text, fields);
  }

  /** Nothing more comes: shows the end, and before it what was left out. */
  async end(): Promise<void> {
    const untold = new Map(this.#streams);
    for (const { tag: { stream }, bytes } of this.#cut.end(this.#reserved())) {
      await this.#tellOmitted(stream, untold.get(stream));
      untold.delete(stream);
      await this.#options.inner.write(stream, bytes);
    }
    for (const [stream, ofStream] of untold) await this.#tellOmitted(stream, ofStream);
  }

  #reserved(): { lines: number; bytes: number } {
    const { budget, command } = this.#options;
    const longest = formatOmission({ lines: 1e12, bytes: 1e15 }, command("stdout", ""));
    return reserveOf(budget, { lines: this.#streams.size, bytes: longest.length, jobs: 1 });
  }

  async #tellOmitted(stream: StreamName, ofStream: OmittedOfStream | undefined): Promise<void> {
    if (ofStream === undefined || ofStream.bytes === 0) return;
    const { lines, bytes } = ofStream;
    const cursor = formatCursor(ofStream.places.toCursor());
    const command = this.#options.command(stream, cursor);
    const text = `${ofStream.isInLine ? "\n" : ""}${formatOmission({ lines, bytes }, command)}\n`;
    await this.#options.inner.insert(stream, text, {
      type: "omitted",
      stream,
      lines,
      bytes,
      cursor,
      command,
    });
  }
}

/** What was left out of one stream. */
class OmittedOfStream {
  readonly places = new OmittedPlaces();
  /** Whether what was shown before ends inside of a line. */
  isInLine = false;
  bytes = 0;
  #newlines = 0;
  #endsInLine = false;

  get lines(): number {
    return this.#newlines + (this.#endsInLine ? 1 : 0);
  }

  add(jobId: string, { bytes, tag, skipped }: OutputPiece<Tag>): void {
    const { run, offset, until, stream } = tag;
    const from = until === undefined ? offset + skipped : offset;
    this.places.add(jobId, stream, { run, from, until: until ?? from + bytes.length });
    this.bytes += bytes.length;
    for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) {
      this.#newlines++;
    }
    this.#endsInLine = bytes.at(-1) !== NEWLINE;
  }
}
