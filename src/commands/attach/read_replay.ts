import { StreamReader } from "../../logs/stream_reader.ts";
import { type Replayed, ScreenReplay } from "../../text/screen_replay.ts";

const CHUNK_BYTES = 64 * 1024;
/** Of output that is longer, so much is looked at: at its beginning, where programs say how they want the terminal. */
const FIRST_BYTES = 1024 * 1024;
const LAST_BYTES = 3 * 1024 * 1024;

/** What shows how the terminal of a run is now, made of what it has printed; `offset` is where that ends. */
export function readReplay(path: string, rows: number): Replayed & { readonly offset: number } {
  const replay = new ScreenReplay(rows);
  using reader = StreamReader.open(path);
  if (reader === undefined) return { ...replay.end(), offset: 0 };
  const { first, end } = reader.range();
  const buffer = new Uint8Array(CHUNK_BYTES);
  for (let at = first; at < end;) {
    if (at >= first + FIRST_BYTES && at < end - LAST_BYTES) {
      at = end - LAST_BYTES;
      replay.skip();
    }
    const { offset, bytes } = reader.read(at, buffer.subarray(0, Math.min(end - at, CHUNK_BYTES)));
    if (bytes.length === 0) break;
    if (offset > at) replay.skip();
    replay.push(bytes);
    at = offset + bytes.length;
  }
  return { ...replay.end(), offset: end };
}
