import { Wakeup } from "../base/wakeup.ts";
import { type Drop, DropsReader } from "./drops.ts";
import { type FileWatch, watchFile } from "../platform/file_watch.ts";
import { ReadWindow } from "./read_window.ts";
import type { FilePlace } from "../platform/log_file.ts";
import { StreamReader } from "./stream_reader.ts";

/** What a follower gets. Offsets are logical. */
export type FollowItem =
  /** Bytes as they were written. They are the follower's until it asks for the next item. */
  | { bytes: Uint8Array; offset: number }
  /** Cut off before it could be read: nothing comes from `from` to `to`. */
  | { gap: { from: number; to: number } }
  /** Somebody emptied or shortened the file; what comes next begins at `offset`, which was read up to or is new. */
  | { truncated: { offset: number } }
  /** Somebody removed the file, or moved it away; what the job goes on writing to it still comes. */
  | { removed: true }
  /** Somebody put another file in its place; still that which the job writes to is followed. */
  | { replaced: true }
  /** Bytes that are in no file, before what comes next. */
  | { dropped: Drop };

/** Options of {@linkcode followStream}. */
export interface FollowOptions {
  /** Where to begin; 0 by default. */
  fromOffset?: number;
  /** What has been reading it: it goes on where that has come to. The caller closes it. */
  window?: ReadWindow | undefined;
  /** Knows what was dropped and told already; by default nothing was. The caller closes it. */
  drops?: DropsReader | undefined;
  /** Ends it, without an error. */
  signal: AbortSignal;
  /** Resolves when nothing more will be written; then what is there is read to its end. */
  ended: Promise<void>;
  /** Replaced in tests. */
  watch?: (path: string, onChange: () => void) => FileWatch;
}

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
  using ownDrops = options.drops ? undefined : new DropsReader(path);
  const drops = options.drops ?? ownDrops!;
  const context = { watch, wakeup, end, signal: options.signal, drops };
  try {
    using reader = options.window ? undefined : await waitForStream(path, context);
    const window = options.window ?? (reader && new ReadWindow(reader, options.fromOffset ?? 0));
    if (window !== undefined) yield* readOn(window, context);
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
  drops: DropsReader;
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
  window: ReadWindow,
  { watch, wakeup, end, signal, drops }: FollowContext,
): AsyncGenerator<FollowItem, void, undefined> {
  const { reader } = window;
  let [seen, told]: FilePlace[] = ["in place", "in place"];
  // A promise that has resolved already tells so only in a later turn.
  await Promise.resolve();
  for (let reads = 1; !signal.aborted; reads++) {
    // Looked at before the read: what was written before the end is there when it is told.
    const hadEnded = end.hasEnded;
    const from = window.offset;
    const chunk = window.read();
    if (chunk === undefined) {
      yield { truncated: { offset: window.recover() } };
      continue;
    }
    if (chunk.offset > from) yield { gap: { from, to: chunk.offset } };
    if (chunk.bytes.length > 0) {
      yield chunk;
      if (reads % READS_PER_TURN === 0) await reader.pause();
      continue;
    }
    const place = reader.place();
    if (place !== seen) {
      // What was written before comes before the news.
      seen = place;
      continue;
    }
    if (place !== told) {
      told = place;
      // Where it went, nothing tells of what is written to it.
      watch.poll();
      if (place !== "in place") yield place === "removed" ? { removed: true } : { replaced: true };
    }
    // What was dropped is told behind what was written before it, as near as can be known.
    for (const dropped of hadEnded ? drops.readLast() : drops.readNew()) yield { dropped };
    if (hadEnded) return;
    watch.arm();
    await wakeup.wait();
  }
}
