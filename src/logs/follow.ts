import { Wakeup } from "../base/wakeup.ts";
import { type FileWatch, watchFile } from "../platform/file_watch.ts";
import { StreamReader } from "./stream_reader.ts";

/** What a follower gets. Offsets are logical. */
export type FollowItem =
  /** Bytes as they were written. They are the follower's until it asks for the next item. */
  | { bytes: Uint8Array; offset: number }
  /** Cut off before it could be read: nothing comes from `from` to `to`. */
  | { gap: { from: number; to: number } }
  /** Somebody emptied the file; what comes next begins at `offset`. */
  | { truncated: { offset: number } }
  /** Somebody removed the file; what the job goes on writing to it still comes. */
  | { removed: true };

/** Options of {@linkcode followStream}. */
export interface FollowOptions {
  /** Where to begin; 0 by default. */
  fromOffset?: number;
  /** Ends it, without an error. */
  signal: AbortSignal;
  /** Resolves when nothing more will be written; then what is there is read to its end. */
  ended: Promise<void>;
  /** Replaced in tests. */
  watch?: (path: string, onChange: () => void) => FileWatch;
}

/** What one read takes. */
const CHUNK_BYTES = 64 * 1024;
/** After how many reads in a row everything else in the process gets its turn. */
const READS_PER_TURN = 16;

/**
 * Yields what is in the stream and what is being written to it, as it comes, until it has `ended`. Waits for a file that
 * is not there yet. Reads only when asked for the next item, so a slow consumer costs no memory.
 * @throws AppError `logs.not_a_file`, `logs.unreadable`, and what `ended` rejects with, after the last byte
 */
export async function* followStream(
  path: string,
  options: FollowOptions,
): AsyncGenerator<FollowItem, void, undefined> {
  const wakeup = new Wakeup();
  const end = watchEnd(options, wakeup);
  using watch = (options.watch ?? watchFile)(path, wakeup.notify);
  try {
    using reader = await waitForStream(path, { watch, wakeup, end, signal: options.signal });
    if (reader !== undefined) {
      yield* readOn(reader, options.fromOffset ?? 0, {
        watch,
        wakeup,
        end,
        signal: options.signal,
      });
    }
    if (end.error !== undefined && !options.signal.aborted) throw end.error;
  } finally {
    options.signal.removeEventListener("abort", wakeup.notify);
  }
}

/** Whether the stream has ended, and with which error. */
interface StreamEnd {
  hasEnded: boolean;
  error: unknown;
}

interface FollowContext {
  watch: FileWatch;
  wakeup: Wakeup;
  end: StreamEnd;
  signal: AbortSignal;
}

function watchEnd({ ended, signal }: FollowOptions, wakeup: Wakeup): StreamEnd {
  const end: StreamEnd = { hasEnded: false, error: undefined };
  const settle = (error?: unknown) => {
    end.hasEnded = true;
    end.error = error;
    wakeup.notify();
  };
  ended.then(() => settle(), settle);
  signal.addEventListener("abort", wakeup.notify, { once: true });
  return end;
}

async function waitForStream(
  path: string,
  { watch, wakeup, end, signal }: FollowContext,
): Promise<StreamReader | undefined> {
  // A promise that has resolved already tells so only in a later turn.
  await Promise.resolve();
  while (!signal.aborted) {
    const hadEnded = end.hasEnded;
    const reader = StreamReader.open(path);
    if (reader !== undefined || hadEnded) return reader;
    watch.arm();
    await wakeup.wait();
  }
  return undefined;
}

async function* readOn(
  reader: StreamReader,
  fromOffset: number,
  { watch, wakeup, end, signal }: FollowContext,
): AsyncGenerator<FollowItem, void, undefined> {
  const buffer = new Uint8Array(CHUNK_BYTES);
  let offset = fromOffset;
  let isRemoved = false;
  for (let reads = 1; !signal.aborted; reads++) {
    // Looked at before the read: what was written before the end is there when it is told.
    const hadEnded = end.hasEnded;
    const chunk = reader.read(offset, buffer);
    if (chunk.offset > offset) yield { gap: { from: offset, to: chunk.offset } };
    offset = chunk.offset;
    if (chunk.bytes.length > 0) {
      yield chunk;
      offset += chunk.bytes.length;
      if (reads % READS_PER_TURN === 0) await reader.pause();
      continue;
    }
    const range = reader.range();
    if (range.end < offset) {
      yield { truncated: { offset: range.first } };
      offset = range.first;
      continue;
    }
    if (hadEnded) return;
    if (!isRemoved && reader.isUnlinked()) {
      isRemoved = true;
      watch.poll();
      yield { removed: true };
    }
    watch.arm();
    await wakeup.wait();
  }
}
