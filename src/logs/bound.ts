import { messageOf } from "../base/app_error.ts";
import { cutFront } from "../platform/cut_front.ts";
import { failpoint } from "../platform/failpoint.ts";
import { isLockHeld } from "../platform/file_lock.ts";
import { LogFile, type LogFileStat, statLogFile, writeFileAt } from "../platform/log_file.ts";
import { removeFile } from "../platform/remove_file.ts";
import { type CutRecord, fingerprint, FINGERPRINT_BYTES, OwnCutRecord } from "./cut_record.ts";
import { isCutMade, isOfOther } from "./stream_reader.ts";

/** The stream to keep small. */
export interface BoundedStream {
  path: string;
  basePath: string;
  /** Where it is looked at all the time: what need not be looked up again. */
  known?: KnownStream;
}

/** What is known of a stream. */
export interface KnownStream {
  /** Its file a moment ago; undefined when there was none. */
  file: LogFileStat | undefined;
  record: OwnCutRecord;
}

/** Options of {@linkcode keepWithin}. */
export interface BoundOptions {
  /** How far the slowest follower has read: what comes after is kept. */
  holdOffset?: number | undefined;
  /** The size above which followers are waited for no longer; without it they are waited for always. */
  holdMaxBytes?: number | undefined;
  /** Whether the job writes so fast that it must not wait: its front is punched out, and collapses at a quieter time. */
  isBusy?: boolean;
  /** Whether that may have been so before, so that there may be a hole to collapse. */
  mayHaveHole?: boolean;
  /** Takes bytes off the front of a file; replaced in tests. */
  cut?: typeof cutFront;
}

/** What came of it. `failed`: the file system refused, for `reason`; the stream is as it was. */
export interface BoundOutcome {
  outcome: "within" | "cut" | "held" | "unsupported" | "failed";
  /** Whether the file is left with a hole at its front, which may collapse later. */
  hasHole?: boolean;
  reason?: string;
}

const WITHIN: BoundOutcome = { outcome: "within" };
/** Cuts come in multiples of this, which is a multiple of every block size. */
const CUT_UNIT = 64 * 1024;
/** A limit below this would leave nothing to cut at. */
const MIN_LIMIT = 4 * CUT_UNIT;
/** How many smaller cuts are tried to find one that can be told from none. */
const MAX_SHORTER_CUTS = 8;

/** A cut that has been thought through. */
interface CutPlan {
  /** Physical bytes off the front. */
  bytes: number;
  /** The logical offset that reading begins at afterwards. */
  first: number;
  before: string;
  after: string;
}

/**
 * Cuts the front off a stream that has grown over `maxBytes`, down to about 7/8 of it, while the job goes on writing.
 * Only the daemon calls it, once at a time for a stream; it also finishes a cut that a daemon was killed in. Never
 * throws for what the file system does.
 */
export function keepWithin(
  stream: BoundedStream,
  maxBytes: number,
  options: BoundOptions = {},
): BoundOutcome {
  const limit = Math.max(maxBytes, MIN_LIMIT);
  try {
    const known = stream.known ?? lookUp(stream);
    if (isPlainlyWithin(known, limit, options)) return WITHIN;
    using file = LogFile.open(stream.path);
    if (file === undefined) return WITHIN;
    const records = known.record;
    const record = settle(stream, file, records);
    if (record === undefined) return WITHIN;
    const end = record.base + file.stat().sizeBytes;
    const { cut = cutFront, isBusy = false, mayHaveHole = false } = options;
    const context = { records, record, file, cut, isBusy };
    if (end - record.first <= limit) {
      const hole = mayHaveHole && !isBusy ? planCollapse(file, record) : undefined;
      return hole === undefined ? WITHIN : makeCut(stream, { ...context, plan: hole });
    }
    const target = cutTarget(record.first, end, limit, options);
    const plan = planCut(file, record, Math.min(target, end - FINGERPRINT_BYTES));
    return plan === undefined ? { outcome: "held" } : makeCut(stream, { ...context, plan });
  } catch (error) {
    return { outcome: "failed", reason: messageOf(error) };
  }
}

function lookUp({ path, basePath }: BoundedStream): KnownStream {
  return { file: statLogFile(path), record: new OwnCutRecord(basePath) };
}

/** Whether nothing is to be done, as far as can be told without opening the file: this is asked ten times a second. */
function isPlainlyWithin(
  { file, record: records }: KnownStream,
  limit: number,
  { isBusy = false, mayHaveHole = false }: BoundOptions,
): boolean {
  if (file === undefined) return true;
  const record = records.read();
  if (record.pending !== null || isOfOther(record, file.inode)) return false;
  const end = record.base + file.sizeBytes;
  const isEmptied = end < record.first;
  if (isEmptied || end - record.first > limit) return false;
  return !mayHaveHole || isBusy || sizeOfHole(record) === 0;
}

/**
 * Writes the result of a cut that was begun, and forgets the front of a file that somebody emptied. Undefined when there
 * is another file at the path, of which nothing was cut, and which nobody of ours writes to.
 */
function settle(
  { path }: BoundedStream,
  file: LogFile,
  records: OwnCutRecord,
): CutRecord | undefined {
  const last = records.read();
  const record = { ...last, inode: file.stat().inode };
  const { base, first, pending } = last;
  if (isOfOther(last, record.inode)) {
    return isLockHeld(path) ? writeNext(records, record, { first: base }) : undefined;
  }
  const isCut = pending !== null && isCutMade(file, pending, new Uint8Array(FINGERPRINT_BYTES));
  const newBase = isCut ? base + pending.bytes : base;
  const isEmptied = newBase + file.stat().sizeBytes < first;
  if (pending === null && !isEmptied) return record;
  return writeNext(records, record, { base: newBase, first: isEmptied ? newBase : first });
}

function writeNext(
  records: OwnCutRecord,
  record: CutRecord,
  changes: Partial<CutRecord>,
): CutRecord {
  const next = { ...record, pending: null, ...changes, generation: record.generation + 1 };
  records.write(next);
  return next;
}

/** The logical offset to cut at. */
function cutTarget(first: number, end: number, limit: number, options: BoundOptions): number {
  const { holdOffset, holdMaxBytes = Infinity } = options;
  const wanted = end - Math.floor(limit * 7 / 8);
  if (holdOffset === undefined) return wanted;
  // The new beginning is that of a line, up to one unit behind the cut.
  const held = Math.min(wanted, Math.max(first, holdOffset - CUT_UNIT));
  if (end - first <= holdMaxBytes) return held;
  return Math.max(held, Math.min(wanted, end - Math.floor(holdMaxBytes * 7 / 8)));
}

/** The largest cut up to logical offset `target`, or undefined when that is less than a unit. */
function planCut(file: LogFile, record: CutRecord, target: number): CutPlan | undefined {
  const before = fingerprintAt(file, 0);
  const largest = Math.floor((target - record.base) / CUT_UNIT) * CUT_UNIT;
  const smallest = record.first - record.base + 1;
  const toPlan = (bytes: number): CutPlan => ({
    bytes,
    first: record.base + firstLineAt(file, bytes),
    before,
    after: fingerprintAt(file, bytes),
  });
  for (let shorter = 0; shorter < MAX_SHORTER_CUTS; shorter++) {
    const bytes = largest - shorter * CUT_UNIT;
    if (bytes < smallest) break;
    const plan = toPlan(bytes);
    if (plan.after !== before) return plan;
  }
  return largest < smallest ? undefined : toPlan(largest);
}

/** What is a hole already, and shorter would do as well; undefined when there is none worth it. */
function planCollapse(file: LogFile, record: CutRecord): CutPlan | undefined {
  const bytes = sizeOfHole(record);
  if (bytes === 0 || bytes >= file.stat().sizeBytes) return undefined;
  const before = fingerprintAt(file, 0);
  const after = fingerprintAt(file, bytes);
  return before === after ? undefined : { bytes, first: record.first, before, after };
}

/** How much of the front may be a hole that can collapse. */
function sizeOfHole({ base, first }: CutRecord): number {
  return Math.floor((first - base) / CUT_UNIT) * CUT_UNIT;
}

function fingerprintAt(file: LogFile, offset: number): string {
  const buffer = new Uint8Array(FINGERPRINT_BYTES);
  return fingerprint(buffer.subarray(0, file.readAt(offset, buffer)));
}

/** The first beginning of a line from `offset` on; where none is near, the first beginning of a character. */
function firstLineAt(file: LogFile, offset: number): number {
  const buffer = new Uint8Array(CUT_UNIT);
  const bytes = buffer.subarray(0, file.readAt(offset, buffer));
  const newline = bytes.indexOf(0x0a);
  if (newline >= 0) return offset + newline + 1;
  const character = bytes.subarray(0, 4).findIndex((byte) => (byte & 0xc0) !== 0x80);
  return offset + Math.max(character, 0);
}

interface CutContext {
  records: OwnCutRecord;
  record: CutRecord;
  plan: CutPlan;
  file: LogFile;
  cut: typeof cutFront;
  isBusy: boolean;
}

/** Intent, cut, result. */
function makeCut(stream: BoundedStream, context: CutContext): BoundOutcome {
  const { records, record, plan, file, cut, isBusy } = context;
  // Readers leave the front alone from the intent on, so it is not announced where it cannot be kept.
  if (record.generation === 0 && !isCutPossible(stream.basePath, cut)) {
    return { outcome: "unsupported" };
  }
  const intent = writeNext(records, record, {
    first: plan.first,
    pending: {
      bytes: plan.bytes,
      sizeBytes: file.stat().sizeBytes,
      before: plan.before,
      after: plan.after,
    },
  });
  try {
    failpoint("logs.cut_intended");
    const done = cut(stream.path, plan.bytes, { mayCollapse: !isBusy });
    failpoint("logs.cut_made");
    if (done === "unsupported") {
      writeNext(records, intent, { first: record.first });
      return { outcome: "unsupported" };
    }
    const base = done === "collapsed" ? record.base + plan.bytes : record.base;
    writeNext(records, intent, { base });
    return isBusy && done === "punched" ? { outcome: "cut", hasHole: true } : { outcome: "cut" };
  } catch (error) {
    if (!isCutMade(file, intent.pending!, new Uint8Array(FINGERPRINT_BYTES))) {
      writeNext(records, intent, { first: record.first });
    }
    return { outcome: "failed", reason: messageOf(error) };
  }
}

/** Tries it on a file that nobody reads. */
function isCutPossible(basePath: string, cut: typeof cutFront): boolean {
  const trial = `${basePath}.trial`;
  try {
    writeFileAt(trial, 0, new Uint8Array(2 * CUT_UNIT));
    return cut(trial, CUT_UNIT) !== "unsupported";
  } finally {
    removeFile(trial);
  }
}
