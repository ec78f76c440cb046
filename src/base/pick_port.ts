import { AppError } from "./app_error.ts";
import { sha256Hex } from "./sha256.ts";

/** Below what the system hands out for outgoing connections, on Linux and macOS. */
const FIRST = 20_000;
const COUNT = 10_000;
/** What somebody is likely to start one day, whoever was there first. */
const WELL_KNOWN: ReadonlySet<number> = new Set([
  ...[20_000, 22_000, 24_224, 24_800, 25_565, 25_672, 26_257, 27_015, 27_017, 27_018, 27_019],
  ...[28_015, 28_017, 29_092, 29_418],
]);

/**
 * A port that is free, always the same for a key as long as it is; other keys most likely have others.
 * @throws AppError `job.no_free_port`
 */
export function pickPort(key: string, isFree: (port: number) => boolean): number {
  const start = parseInt(sha256Hex(key).slice(0, 12), 16) % COUNT;
  for (let step = 0; step < COUNT; step++) {
    const port = FIRST + (start + step) % COUNT;
    if (!WELL_KNOWN.has(port) && isFree(port)) return port;
  }
  throw new AppError("job.no_free_port", `No port from ${FIRST} to ${FIRST + COUNT - 1} is free`, {
    hint: "Give it one by number: --port NAME=NUMBER",
  });
}
