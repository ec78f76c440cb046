/** A wall clock that jumps, for the processes that are started with its environment; needs libfaketime. */
import type { Box } from "./box.ts";
import { isAlive } from "./process_facts.ts";

const LIBRARIES = [
  ...["x86_64-linux-gnu", "aarch64-linux-gnu"].map((machine) => `/usr/lib/${machine}`),
  ...["/usr/lib64", "/usr/lib", "/usr/local/lib"],
].map((directory) => `${directory}/faketime/libfaketimeMT.so.1`);

/** Where the library keeps what it shares, and does not clean up when its process is killed. */
const SHARED = "/dev/shm";

const LIBRARY = LIBRARIES.find(isThere);

/** Whether the library that makes clocks jump is on this machine. */
export const CAN_JUMP = LIBRARY !== undefined;

/** Gives a box a clock; it is right until it jumps. */
export async function createJumpingClock(box: Box): Promise<JumpingClock> {
  return new JumpingClock(await box.file("clock", "+0"));
}

/** See {@linkcode createJumpingClock}. */
export class JumpingClock implements Disposable {
  readonly #path: string;
  readonly #madeAtMs = Date.now();

  constructor(path: string) {
    this.#path = path;
  }

  /** Makes a process look at this clock. Monotonic time stays as it is: that does not jump anywhere. */
  get env(): Record<string, string> {
    return {
      LD_PRELOAD: LIBRARY!,
      FAKETIME_TIMESTAMP_FILE: this.#path,
      FAKETIME_CACHE_DURATION: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
    };
  }

  /** Sets it this many days before or after the right time; who runs already notices within a second. */
  async jump(days: number): Promise<void> {
    await Deno.writeTextFile(this.#path, `${days < 0 ? "" : "+"}${days}d`);
  }

  /** Removes what processes with this clock left when they were killed. */
  [Symbol.dispose](): void {
    for (const { name } of Deno.readDirSync(SHARED)) {
      const pid = /^(?:sem\.)?faketime_(?:sem|shm)_(\d+)$/.exec(name)?.[1];
      if (pid === undefined || isAlive(Number(pid))) continue;
      const { mtime } = Deno.statSync(`${SHARED}/${name}`);
      if (mtime !== null && mtime.getTime() >= this.#madeAtMs) Deno.removeSync(`${SHARED}/${name}`);
    }
  }
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
