import { type FilePlace, LogFile } from "../platform/log_file.ts";
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
  readonly #inode: number | undefined;
  #view: View | undefined;
  /** The generation of the record in which the file was found emptied. */
  #restartedIn: number | undefined;

  private constructor(file: LogFile, records: CutRecordFile) {
    this.#file = file;
    this.#records = records;
    this.#inode = file.stat().inode;
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

  /** Whether nothing in the file is before `offset`. */
  isAtBeginning(offset: number): boolean {
    return offset <= (this.#view?.base ?? 0);
  }

  /** Whether the file is still at its path; what it holds can be read here in any case. */
  place(): FilePlace {
    return this.#file.place();
  }

  /**
   * Somebody has emptied the file: what was cut off before is no more to be left out, for all of it is new. Returns
   * where it begins.
   */
  restart(): number {
    const { record, base, first } = this.#view = this.#look();
    const head = this.#head.subarray(0, this.#file.readAt(0, this.#head));
    // Zeros are the hole that was made of a front: then what is behind it was not emptied.
    const isHole = head.length > 0 && head.every((byte) => byte === 0);
    if (isHole) return first;
    this.#restartedIn = record.generation;
    this.#view = { record, base, first: base };
    return base;
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
    const last = this.#view;
    const isNews = last !== undefined && record.generation !== last.record.generation;
    // Then it says how another file lies, which is at our path now.
    if (isNews && isOfOther(record, this.#inode)) return last;
    const isCut = record.pending !== null && isCutMade(this.#file, record.pending, this.#head);
    const base = isCut ? record.base + record.pending!.bytes : record.base;
    const first = record.generation === this.#restartedIn ? base : record.first;
    return { record, base, first };
  }
}

/** Whether a record is known to be of another file than that of this number. */
export function isOfOther({ inode: recorded }: CutRecord, inode: number | undefined): boolean {
  return recorded !== undefined && recorded !== inode;
}

/** Whether a cut that was begun has shortened the file. `buffer` is scratch space. */
export function isCutMade(file: LogFile, cut: PendingCut, buffer: Uint8Array): boolean {
  if (cut.before === cut.after) return file.stat().sizeBytes < cut.sizeBytes;
  return fingerprint(buffer.subarray(0, file.readAt(0, buffer))) === cut.after;
}
