import { messageOf } from "../base/app_error.ts";
import { writeFileAtomic } from "../platform/atomic_write.ts";
import {
  type LogFileStat,
  OftenWrittenFile,
  readWholeFile,
  statLogFile,
} from "../platform/log_file.ts";
import type { BoundedStream } from "./bound.ts";
import { OwnCutRecord } from "./cut_record.ts";
import type { RunLogPaths, StreamName } from "./log_paths.ts";
import { StreamReader } from "./stream_reader.ts";

/**
 * A `.ticks` file is a row of records of three little-endian float64: a time in ms and the logical sizes that stdout
 * and stderr had then. A byte was written at the time of the first record that covers it, give or take a sample.
 */
const FIELDS = 3;
const RECORD_BYTES = FIELDS * 8;
/** Above this the oldest records are thinned out: half a megabyte, or 35 minutes of output without a pause. */
const MAX_RECORDS = 21_000;
const MIN_INTERVAL_MS = 100;
/** So long the file is kept open: what others put at its path meanwhile is not written to. */
const KEPT_OPEN_MS = 1_000;
const FIELD_OF: Readonly<Record<StreamName, number>> = { stdout: 1, stderr: 2 };

/** One look at the streams. */
export interface StreamSizes {
  /** Logical: what was ever written. */
  stdoutBytes: number;
  stderrBytes: number;
  /** Why the look could not be written down; it is tried again at the next. */
  problem?: string;
}

/** A stream that is looked at all the time. */
type WatchedStream = Required<BoundedStream>;

/** Both files of a run at one look. */
type Looks = Readonly<Record<StreamName, LogFileStat | undefined>>;

const NOT_LOOKED: Looks = { stdout: undefined, stderr: undefined };

/** The daemon's half: notes the sizes of a run's streams when they have changed. */
export class TickRecorder implements Disposable {
  /** As they were at the last look. */
  readonly streams: Readonly<Record<StreamName, WatchedStream>>;
  readonly #ticksPath: string;
  readonly #ticks: OftenWrittenFile;
  #count: number;
  #timeMs = -Infinity;
  #openedAtMs = -Infinity;
  /** The files when they were noted last: what looks the same needs no closer look. */
  #noted = NOT_LOOKED;
  #sizes: StreamSizes = { stdoutBytes: 0, stderrBytes: 0 };

  /** Goes on with the records that are there already. */
  constructor(paths: RunLogPaths) {
    this.#ticksPath = paths.ticks;
    this.#ticks = new OftenWrittenFile(paths.ticks);
    this.streams = {
      stdout: notLookedAt(paths.stdout, paths.stdoutBase),
      stderr: notLookedAt(paths.stderr, paths.stderrBase),
    };
    const ticks = readTicks(paths.ticks);
    this.#count = ticks.length / FIELDS;
    if (this.#count === 0) return;
    const [timeMs, stdoutBytes, stderrBytes] = ticks.subarray(-FIELDS) as unknown as number[];
    this.#timeMs = timeMs!;
    this.#sizes = { stdoutBytes: stdoutBytes!, stderrBytes: stderrBytes! };
  }

  /**
   * Looks at the files, and notes what has changed unless that was less than 100 ms ago; with `isLast` in any case.
   * The time noted is that of the last write, so that a daemon that was away does not date output too late.
   */
  sample(nowMs: number, isLast = false): StreamSizes {
    if (Math.abs(nowMs - this.#openedAtMs) >= KEPT_OPEN_MS) {
      this.#ticks.close();
      this.#openedAtMs = nowMs;
    }
    let sizes = this.#sizes;
    try {
      const seen = this.#look();
      if (isSame(seen.stdout, this.#noted.stdout) && isSame(seen.stderr, this.#noted.stderr)) {
        return sizes;
      }
      const { stdout, stderr } = this.streams;
      sizes = { stdoutBytes: logicalSizeOf(stdout), stderrBytes: logicalSizeOf(stderr) };
      const isTooSoon = Math.abs(nowMs - this.#timeMs) < MIN_INTERVAL_MS && !isLast;
      if (isTooSoon) return sizes;
      this.#note(sizes, seen, nowMs);
      this.#noted = seen;
      return this.#sizes = sizes;
    } catch (error) {
      return { ...sizes, problem: messageOf(error) };
    }
  }

  [Symbol.dispose](): void {
    this.#ticks[Symbol.dispose]();
  }

  #look(): Looks {
    // In this order: of a program that prints and then complains, no look may see only the complaint, as what is
    // of one time is read with stdout first.
    const stderr = lookAt(this.streams.stderr);
    const stdout = lookAt(this.streams.stdout);
    return { stdout, stderr };
  }

  #note({ stdoutBytes, stderrBytes }: StreamSizes, { stdout, stderr }: Looks, nowMs: number): void {
    const last = this.#sizes;
    const isStdoutNew = stdoutBytes !== last.stdoutBytes;
    const isStderrNew = stderrBytes !== last.stderrBytes;
    if (!isStdoutNew && !isStderrNew) return;
    const writtenAtMs = Math.max(
      isStdoutNew ? stdout?.modifiedAtMs ?? 0 : 0,
      isStderrNew ? stderr?.modifiedAtMs ?? 0 : 0,
    );
    // Neither a clock that was set back nor a file from the future may break the order.
    const timeMs = Math.max(this.#timeMs, Math.min(writtenAtMs, nowMs));
    this.#append(timeMs, stdoutBytes, stderrBytes);
    this.#timeMs = timeMs;
  }

  #append(timeMs: number, stdoutBytes: number, stderrBytes: number): void {
    if (this.#count >= MAX_RECORDS) this.#thin();
    const record = new Uint8Array(new Float64Array([timeMs, stdoutBytes, stderrBytes]).buffer);
    // At its place, not at the end: half a record that a full disk left is written over.
    this.#ticks.writeAt(this.#count * RECORD_BYTES, record);
    this.#count++;
  }

  /** Drops what dates only bytes that are cut off, then every other record of the older half. */
  #thin(): void {
    const ticks = readTicks(this.#ticksPath);
    const { stdout, stderr } = this.streams;
    const firstOf = ({ known }: WatchedStream) => known.record.read().first;
    const kept = thinTicks(ticks, { stdout: firstOf(stdout), stderr: firstOf(stderr) });
    this.#ticks.close();
    writeFileAtomic(this.#ticksPath, new Uint8Array(kept.buffer));
    this.#count = kept.length / FIELDS;
  }
}

function notLookedAt(path: string, basePath: string): WatchedStream {
  return { path, basePath, known: { file: undefined, record: new OwnCutRecord(basePath) } };
}

function lookAt({ path, known }: WatchedStream): LogFileStat | undefined {
  return known.file = statLogFile(path);
}

function logicalSizeOf({ path, basePath, known }: WatchedStream): number {
  const record = known.record.read();
  if (record.pending === null) return record.base + (known.file?.sizeBytes ?? 0);
  using reader = StreamReader.open(path, basePath);
  return reader?.range().end ?? 0;
}

function isSame(a: LogFileStat | undefined, b: LogFileStat | undefined): boolean {
  return a?.sizeBytes === b?.sizeBytes && a?.modifiedAtMs === b?.modifiedAtMs;
}

/** The records worth keeping, given the first offset that can still be read of each stream. */
export function thinTicks(
  ticks: Float64Array,
  first: Readonly<Record<StreamName, number>>,
): Float64Array<ArrayBuffer> {
  const count = ticks.length / FIELDS;
  const kept: number[] = [];
  for (let index = 0; index < count; index++) {
    const [timeMs, stdoutBytes, stderrBytes] = [0, 1, 2].map((at) => ticks[index * FIELDS + at]!);
    const isGone = stdoutBytes! <= first.stdout && stderrBytes! <= first.stderr;
    const isThinned = index < count / 2 && index % 2 === 0;
    if (!isGone && !isThinned) kept.push(timeMs!, stdoutBytes!, stderrBytes!);
  }
  return Float64Array.from(kept);
}

/** The whole records in the file; none when it cannot be read, for output without times is better than none. */
function readTicks(path: string): Float64Array {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = readWholeFile(path);
  } catch {
    return new Float64Array();
  }
  return new Float64Array(bytes.buffer, 0, Math.floor(bytes.length / RECORD_BYTES) * FIELDS);
}

/** The records without those that a power cut left as zeros or worse, moved together in place. */
function soundTicks(ticks: Float64Array): Float64Array {
  let end = 0;
  for (let at = 0; at < ticks.length; at += FIELDS) {
    // Written so that NaN is refused, too.
    const isSound = ticks[at]! > 0 && ticks[at + 1]! >= 0 && ticks[at + 2]! >= 0;
    if (!isSound) continue;
    if (end < at) ticks.copyWithin(end, at, at + FIELDS);
    end += FIELDS;
  }
  return ticks.subarray(0, end);
}

/** Bytes that were written at the same time, as far as can be told. */
export interface TimeSpan {
  timeMs: number;
  /** The offset behind the last of them. */
  end: number;
}

/** The reader's half: when a byte was written, and where a time is in a stream. */
export class TimeIndex {
  readonly #ticks: Float64Array;
  readonly #count: number;

  private constructor(ticks: Float64Array) {
    this.#ticks = ticks;
    this.#count = ticks.length / FIELDS;
    this.#straighten();
  }

  /** Reads the file as it is now; an empty index when there is none. */
  static read(ticksPath: string): TimeIndex {
    return new TimeIndex(soundTicks(readTicks(ticksPath)));
  }

  /**
   * When the byte at `offset` was written, and up to where the bytes behind it are dated the same; undefined when that
   * was not noted (yet).
   */
  spanAt(stream: StreamName, offset: number): TimeSpan | undefined {
    const index = this.#firstWhere(FIELD_OF[stream], (size) => size > offset);
    if (index === this.#count) return undefined;
    const at = index * FIELDS;
    return { timeMs: this.#ticks[at]!, end: this.#ticks[at + FIELD_OF[stream]]! };
  }

  /** The offset from which on everything was written at `timeMs` or later. */
  offsetSince(stream: StreamName, timeMs: number): number {
    return this.#sizeBefore(stream, this.#firstWhere(0, (time) => time >= timeMs));
  }

  /** The offset up to which everything was written at `timeMs` or before. */
  offsetUntil(stream: StreamName, timeMs: number): number {
    return this.#sizeBefore(stream, this.#firstWhere(0, (time) => time > timeMs));
  }

  /** Up to which offset times are known. */
  coveredTo(stream: StreamName): number {
    return this.#sizeBefore(stream, this.#count);
  }

  /** The time of the last record. */
  get lastTimeMs(): number | undefined {
    return this.#count === 0 ? undefined : this.#ticks[(this.#count - 1) * FIELDS];
  }

  #sizeBefore(stream: StreamName, index: number): number {
    return index === 0 ? 0 : this.#ticks[(index - 1) * FIELDS + FIELD_OF[stream]]!;
  }

  /** The first record whose `field` fulfils a condition that all later ones fulfil too. */
  #firstWhere(field: number, condition: (value: number) => boolean): number {
    let [low, high] = [0, this.#count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (condition(this.#ticks[middle * FIELDS + field]!)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Sizes shrink when somebody empties a file; what was dated before is gone then. */
  #straighten(): void {
    const ticks = this.#ticks;
    for (let at = ticks.length - 2 * FIELDS; at >= 0; at -= FIELDS) {
      for (let field = 0; field < FIELDS; field++) {
        ticks[at + field] = Math.min(ticks[at + field]!, ticks[at + FIELDS + field]!);
      }
    }
  }
}
