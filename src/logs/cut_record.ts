import { LogFile, writeFileAt } from "../platform/log_file.ts";

/** A cut that was begun and may or may not have been made. */
export interface PendingCut {
  /** How many bytes are taken off the front. */
  bytes: number;
  /** The size of the file before. */
  sizeBytes: number;
  /** Fingerprints of what the file begins with before, and after. */
  before: string;
  after: string;
}

/** What the `.base` file of a stream says; log_paths.ts tells how it is used. */
export interface CutRecord {
  /** Rises with every write, so that a reader sees that something happened. */
  generation: number;
  /** `physical = logical - base`. */
  base: number;
  /** The first logical offset that may be read. */
  first: number;
  pending: PendingCut | null;
  /** The number of the file that it is of: others may put another in its place. Unknown in records of older builds. */
  inode?: number | undefined;
}

/** A stream that was never cut. */
const UNCUT: CutRecord = { generation: 0, base: 0, first: 0, pending: null };

/** Always the same length, so that a record replaces the one before with a single write and no new block. */
const RECORD_BYTES = 256;
const CHECK_LENGTH = 14;
/** A write of 256 bytes that is seen half done is whole at the next look, or the next but one. */
const MAX_LOOKS = 50;

/** How much of a file's beginning is compared. */
export const FINGERPRINT_BYTES = 4096;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** 53 bits that tell one block from another (cyrb53, public domain, by bryc). */
export function fingerprint(bytes: Uint8Array): string {
  let [high, low] = [0xdeadbeef, 0x41c6ce57];
  for (const byte of bytes) {
    high = Math.imul(high ^ byte, 2654435761);
    low = Math.imul(low ^ byte, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  const value = 4294967296 * (2097151 & low) + (high >>> 0);
  return value.toString(16).padStart(CHECK_LENGTH, "0");
}

/** The record as the bytes of a `.base` file: a line of JSON with its fingerprint in front. */
export function encodeCutRecord(record: CutRecord): Uint8Array {
  const { generation, base, first, pending, inode = null } = record;
  const cut = pending && [pending.bytes, pending.sizeBytes, pending.before, pending.after];
  const text = JSON.stringify([generation, base, first, cut, inode]);
  const padded = text.padEnd(RECORD_BYTES - CHECK_LENGTH - 2);
  return encoder.encode(`${fingerprint(encoder.encode(padded))} ${padded}\n`);
}

/** The record in the bytes, or undefined when they are half written or not a record. */
export function decodeCutRecord(bytes: Uint8Array): CutRecord | undefined {
  if (bytes.length !== RECORD_BYTES) return undefined;
  const body = bytes.subarray(CHECK_LENGTH + 1, RECORD_BYTES - 1);
  if (decoder.decode(bytes.subarray(0, CHECK_LENGTH)) !== fingerprint(body)) return undefined;
  const [generation, base, first, cut, inode] = JSON.parse(decoder.decode(body));
  const pending = cut && { bytes: cut[0], sizeBytes: cut[1], before: cut[2], after: cut[3] };
  return { generation, base, first, pending, ...(inode == null ? {} : { inode }) };
}

/** A `.base` file, read again and again. One that is not there, or holds nothing sound, is that of an uncut stream. */
export class CutRecordFile implements Disposable {
  readonly #path: string;
  readonly #buffer = new Uint8Array(RECORD_BYTES + 1);
  readonly #lastBytes = new Uint8Array(RECORD_BYTES);
  #last: CutRecord = UNCUT;
  #file: LogFile | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** The record as it is now; the same object as before when nothing changed. */
  read(): CutRecord {
    this.#file ??= LogFile.open(this.#path);
    if (this.#file === undefined) return UNCUT;
    for (let look = 0; look < MAX_LOOKS; look++) {
      const bytes = this.#buffer.subarray(0, this.#file.readAt(0, this.#buffer));
      if (this.#last !== UNCUT && isSame(bytes, this.#lastBytes)) return this.#last;
      const record = decodeCutRecord(bytes);
      if (record === undefined) continue;
      this.#lastBytes.set(bytes);
      return this.#last = record;
    }
    return UNCUT;
  }

  [Symbol.dispose](): void {
    this.#file?.[Symbol.dispose]();
    this.#file = undefined;
  }
}

/** A `.base` file for the only one who writes to it: it is read once, and known from then on. */
export class OwnCutRecord {
  readonly #path: string;
  #known: CutRecord | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** The record as it is. */
  read(): CutRecord {
    if (this.#known === undefined) {
      using file = new CutRecordFile(this.#path);
      this.#known = file.read();
    }
    return this.#known;
  }

  /** @throws what the platform throws; the record before is then still there, or none that is sound */
  write(record: CutRecord): void {
    writeFileAt(this.#path, 0, encodeCutRecord(record));
    this.#known = record;
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
