import { AppError } from "../base/app_error.ts";
import { isJobId } from "../base/ids.ts";

/** A place in a stream of a job: what its runs wrote before it was read. Offsets are logical: see log_paths.ts. */
export interface StreamPlace {
  readonly run: number;
  readonly offset: number;
}

/** How far the streams of a job were read. */
export interface JobPlaces {
  readonly jobId: string;
  readonly stdout: StreamPlace;
  readonly stderr: StreamPlace;
  /** Where to end; without it, with what is there. */
  readonly until?: { readonly stdout: StreamPlace; readonly stderr: StreamPlace };
}

/** How far output was read, to the byte. As text it is opaque to who carries it: {@linkcode formatCursor}. */
export interface LogCursor {
  /** Whether it is of all jobs: then one that it does not name was added since. */
  readonly isOfAll: boolean;
  readonly jobs: readonly JobPlaces[];
}

const VERSION = "1";
const CHECK_LENGTH = 2;
const CHECK_VALUES = 36 ** CHECK_LENGTH;

/** The cursor as base64url: 20 to 40 characters for each job. */
export function formatCursor({ isOfAll, jobs }: LogCursor): string {
  const text = [`${VERSION}${isOfAll ? "a" : "n"}`, ...jobs.map(formatJob)].join(";");
  // Of the characters that there are, none gives a + or a /, by which base64url differs.
  const encoded = btoa(checkOf(text) + text);
  const padding = encoded.indexOf("=", encoded.length - 2);
  return padding < 0 ? encoded : encoded.slice(0, padding);
}

/** The cursor in the text; undefined for `""`, which begins. @throws AppError `usage.bad_cursor` */
export function parseCursor(text: string): LogCursor | undefined {
  if (text === "") return undefined;
  const words = decodeText(text)?.split(";");
  const jobs = words?.slice(1).map(parseJob);
  if (words && jobs?.every((job) => job !== undefined)) {
    return { isOfAll: words[0] === `${VERSION}a`, jobs };
  }
  throw new AppError("usage.bad_cursor", `Not a cursor: ${JSON.stringify(text)}`, {
    hint: 'Give back what imp printed behind "cursor", all of it; --cursor "" begins',
  });
}

function formatJob({ jobId, stdout, stderr, until }: JobPlaces): string {
  const begin = `${jobId},${formatPlace(stdout)},${formatPlace(stderr)}`;
  return until ? `${begin},${formatPlace(until.stdout)},${formatPlace(until.stderr)}` : begin;
}

function formatPlace({ run, offset }: StreamPlace): string {
  return `${run.toString(36)},${offset.toString(36)}`;
}

function parseJob(word: string): JobPlaces | undefined {
  const [jobId = "", ...fields] = word.split(",");
  const values = fields.map(parseNumber);
  if (!isJobId(jobId) || ![4, 8].includes(values.length)) return undefined;
  if (!values.every((value) => value !== undefined)) return undefined;
  const places = { jobId, ...toPair(values) };
  return values.length === 4 ? places : { ...places, until: toPair(values.slice(4)) };
}

function toPair([stdoutRun, stdoutOffset, stderrRun, stderrOffset]: readonly number[]) {
  return {
    stdout: { run: stdoutRun!, offset: stdoutOffset! },
    stderr: { run: stderrRun!, offset: stderrOffset! },
  };
}

function parseNumber(text: string): number | undefined {
  const value = /^[0-9a-z]{1,11}$/.test(text) ? parseInt(text, 36) : NaN;
  return Number.isSafeInteger(value) ? value : undefined;
}

/** What was encoded, when it is all there and of a version that we know. */
function decodeText(encoded: string): string | undefined {
  if (!/^[\w-]+$/.test(encoded)) return undefined;
  try {
    const checked = atob(encoded.replaceAll("-", "+").replaceAll("_", "/"));
    const text = checked.slice(CHECK_LENGTH);
    const isWhole = checkOf(text) === checked.slice(0, CHECK_LENGTH);
    return isWhole && /^1[an](;|$)/.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

/** Tells a cursor of which a character was lost or changed on the way. */
function checkOf(text: string): string {
  let sum = 7;
  for (let at = 0; at < text.length; at++) sum = (sum * 31 + text.charCodeAt(at)) % 1_000_003;
  return (sum % CHECK_VALUES).toString(36).padStart(CHECK_LENGTH, "0");
}
