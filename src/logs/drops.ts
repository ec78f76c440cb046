import { LogFile, statLogFile } from "../platform/log_file.ts";
import { listNames } from "../platform/log_directory.ts";
import { dropsPathOf } from "../platform/drops_path.ts";
import type { StreamName } from "./log_paths.ts";

/**
 * Bytes of a stream that are not in its log, as its keeper has written down (platform/spawn/keeper.ts): lines of
 * `SECONDS BYTES REASON`, each for what was dropped since the one before; and, where even that found no room, a file
 * whose name has the number.
 */
export interface Drop {
  timeMs: number;
  /** Null where nobody has counted. */
  bytes: number | null;
  /** `full`: the log could not be written to; `keeper`: what kept the output was killed with them in its hands. */
  reason: "full" | "keeper";
}

/** Drops for the same reason are one as long as no more than this lies between them. */
const EPISODE_GAP_MS = 60_000;
/** More of the file than this is not read: it would be of 40,000 drops. */
const MOST_BYTES = 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;
const LINE = /^(\d{1,12}) (\d{1,15}|\?) (full|keeper)$/;
const AMOUNT = /^(\d{1,15}|\?)$/;

const decoder = new TextDecoder();

/** The drops in whole lines of the file; what is no such line is passed over. */
export function parseDrops(text: string): Drop[] {
  return text.split("\n").slice(0, -1).flatMap((line) => {
    const [, seconds, amount, reason] = LINE.exec(line) ?? [];
    const bytes = amount === undefined ? 0 : parseAmount(amount);
    if (bytes === 0) return [];
    return [{ timeMs: Number(seconds) * 1_000, bytes, reason: reason as Drop["reason"] }];
  });
}

function parseAmount(text: string): number | null {
  return text === "?" ? null : Number(text);
}

/** Drops of one episode as one, with the time of the first. */
export function joinDrops(drops: readonly Drop[]): Drop[] {
  const joined: Drop[] = [];
  let latestMs = -Infinity;
  for (const drop of drops) {
    const last = joined.at(-1);
    const isSame = last?.reason === drop.reason && drop.timeMs - latestMs <= EPISODE_GAP_MS;
    latestMs = drop.timeMs;
    if (last === undefined || !isSame) joined.push({ ...drop });
    else last.bytes = addAmounts(last.bytes, drop.bytes);
  }
  return joined;
}

/** Drops as one for each reason, whenever they were. */
export function sumDrops(drops: readonly Drop[]): Drop[] {
  const sums = new Map<Drop["reason"], Drop>();
  for (const drop of drops) {
    const sum = sums.get(drop.reason);
    if (sum === undefined) sums.set(drop.reason, { ...drop });
    else sum.bytes = addAmounts(sum.bytes, drop.bytes);
  }
  return [...sums.values()];
}

/** What was not counted makes the sum unknown. */
function addAmounts(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

/** `196608 bytes of stdout were dropped: no room on the disk`. */
export function describeDrop({ bytes, reason }: Drop, stream: StreamName): string {
  const why = reason === "full" ? "no room on the disk" : "what kept the output was killed";
  if (bytes === null) {
    return `some bytes of ${stream} were dropped (how many is not known): ${why}`;
  }
  const [count, were] = bytes === 1 ? ["1 byte", "was"] : [`${bytes} bytes`, "were"];
  return `${count} of ${stream} ${were} dropped: ${why}`;
}

/** The drops of a stream of which the log is at `logPath`, read on as they come; never throws. */
export class DropsReader implements Disposable {
  readonly #path: string;
  readonly #buffer = new Uint8Array(CHUNK_BYTES);
  #offset = 0;
  #hasReadNames = false;
  #file: LogFile | undefined;

  constructor(logPath: string) {
    this.#path = dropsPathOf(logPath);
  }

  /** What was noted since the last call. */
  readNew(): Drop[] {
    try {
      this.#file ??= LogFile.open(this.#path);
      return this.#file === undefined ? [] : joinDrops(this.#readOn(this.#file));
    } catch {
      // What is there is not ours, or cannot be read: nothing is known.
      return [];
    }
  }

  /** The same once the run is over: also what only a name tells, which is told once. */
  readLast(): Drop[] {
    const drops = this.readNew();
    if (this.#hasReadNames) return drops;
    this.#hasReadNames = true;
    return joinDrops([...drops, ...this.#readNames()]);
  }

  [Symbol.dispose](): void {
    this.#file?.[Symbol.dispose]();
    this.#file = undefined;
  }

  #readOn(file: LogFile): Drop[] {
    const drops: Drop[] = [];
    while (this.#offset < MOST_BYTES) {
      const bytes = this.#buffer.subarray(0, file.readAt(this.#offset, this.#buffer));
      const end = bytes.lastIndexOf(0x0a) + 1;
      // Half a line is read again; a line that fills all of the buffer is none.
      this.#offset += end === 0 && bytes.length === CHUNK_BYTES ? CHUNK_BYTES : end;
      drops.push(...parseDrops(decoder.decode(bytes.subarray(0, end))));
      if (bytes.length < CHUNK_BYTES) break;
    }
    return drops;
  }

  #readNames(): Drop[] {
    const slash = this.#path.lastIndexOf("/");
    const [directory, prefix] = [this.#path.slice(0, slash), `${this.#path.slice(slash + 1)}.`];
    try {
      return listNames(directory).filter((name) => name.startsWith(prefix)).flatMap((name) => {
        const amount = name.slice(prefix.length);
        const bytes = AMOUNT.test(amount) ? parseAmount(amount) : 0;
        if (bytes === 0) return [];
        const timeMs = statLogFile(`${directory}/${name}`)?.modifiedAtMs ?? 0;
        return [{ timeMs, bytes, reason: "full" as const }];
      });
    } catch {
      return [];
    }
  }
}

/** All drops of a stream; `isOver` when its run has ended. */
export function readDrops(logPath: string, isOver: boolean): Drop[] {
  using reader = new DropsReader(logPath);
  return isOver ? reader.readLast() : reader.readNew();
}
