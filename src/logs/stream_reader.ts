import { LogFile } from "../platform/log_file.ts";
import {
  type CutRecord,
  CutRecordFile,
  fingerprint,
  FINGERPRINT_BYTES,
  type PendingCut,
} from "./cut_record.ts";
import { basePathOf } from "./log_paths.ts";

/** What can be read of a stream, in logical offsets. */
export interface StreamRange {
  /** The first byte that is still there. */
  first: number;
  /** Behind the last byte. */
  end: number;
}

/** Bytes of a stream; `bytes` is part of the caller's buffer. */
export interface StreamChunk {
  /** Where the bytes are: behind the asked-for offset when what was there has been cut off. */
  offset: number;
  bytes: Uint8Array;
}

/** How the file lies at one moment. */
interface View {
  record: CutRecord;
  base: number;
  first: number;
}

/** How often a read is repeated because the front was cut meanwhile; a cut comes every few megabytes of output. */
const MAX_ATTEMPTS = 100;

/** Reads a stream's file at logical offsets, correctly also while its front is being cut off: see log_paths.ts. */
export class StreamReader implements Disposable {
  readonly #file: LogFile;
  readonly #records: CutRecordFile;
  readonly #head = new Uint8Array(FINGERPRINT_BYTES);
  #view: View | undefined;

  private constructor(file: LogFile, records: CutRecordFile) {
    this.#file = file;
    this.#records = records;
  }

  /**
   * Opens the stream; undefined when it is not there (yet).
   * @throws AppError `logs.not_a_file`, `logs.unreadable`
   */
  static open(path: string, basePath: string = basePathOf(path)): StreamReader | undefined {
    const file = LogFile.open(path);
    return file && new StreamReader(file, new CutRecordFile(basePath));
  }

  /** What is there now. */
  range(): StreamRange {
    return this.#consistently((view) => this.#rangeIn(view));
  }

  /** Fills `buffer` from `offset` as far as there is something; no bytes at the end of the stream. */
  read(offset: number, buffer: Uint8Array): StreamChunk {
    return this.#consistently((view) => {
      const from = Math.max(offset, view.first);
      const count = this.#file.readAt(from - view.base, buffer);
      if (count > 0 || from === offset) return { offset: from, bytes: buffer.subarray(0, count) };
      const again = Math.max(offset, this.#rangeIn(view).first);
      const countAgain = this.#file.readAt(again - view.base, buffer);
      return { offset: again, bytes: buffer.subarray(0, countAgain) };
    });
  }

  /** When the stream was last written to. */
  modifiedAtMs(): number {
    return this.#file.stat().modifiedAtMs;
  }

  /** True once the file was removed; what it holds can still be read here. */
  isUnlinked(): boolean {
    return this.#file.stat().isUnlinked;
  }

  /** Lets everything else have its turn. */
  pause(): Promise<void> {
    return this.#file.pause();
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
    this.#records[Symbol.dispose]();
  }

  #rangeIn(view: View): StreamRange {
    const end = view.base + this.#file.stat().sizeBytes;
    // A file that ends before `first` was emptied by somebody; what it holds now is new.
    return { first: end < view.first ? view.base : view.first, end };
  }

  /** Does `action` again until no cut came between its beginning and its end. */
  #consistently<T>(action: (view: View) => T): T {
    let view = this.#view ?? this.#look();
    for (let attempt = 1;; attempt++) {
      const result = action(view);
      const after = this.#look();
      this.#view = after;
      const isUnchanged = after.record.generation === view.record.generation &&
        after.base === view.base;
      if (isUnchanged || attempt === MAX_ATTEMPTS) return result;
      view = after;
    }
  }

  #look(): View {
    const record = this.#records.read();
    const isCut = record.pending !== null && isCutMade(this.#file, record.pending, this.#head);
    const base = isCut ? record.base + record.pending!.bytes : record.base;
    return { record, base, first: record.first };
  }
}

/** Whether a cut that was begun has shortened the file. `buffer` is scratch space. */
export function isCutMade(file: LogFile, cut: PendingCut, buffer: Uint8Array): boolean {
  if (cut.before === cut.after) return file.stat().sizeBytes < cut.sizeBytes;
  return fingerprint(buffer.subarray(0, file.readAt(0, buffer))) === cut.after;
}
