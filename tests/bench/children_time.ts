/** What processes that we have waited for have used of the processors. */

const CHILDREN = -1;
/** getrusage(2): first struct timeval ru_utime and ru_stime, each two longs; 144 bytes with what follows. */
const USAGE_LONGS = 18;

/** Reads it as often as asked; microseconds count, and not the ticks of /proc. */
export class ChildrenTime implements Disposable {
  readonly #libc = Deno.dlopen(Deno.build.os === "darwin" ? "libSystem.dylib" : "libc.so.6", {
    getrusage: { parameters: ["i32", "buffer"], result: "i32" },
  });
  readonly #usage = new BigInt64Array(USAGE_LONGS);

  /** User and system time of all children that have ended and their own, in milliseconds. */
  get ms(): number {
    if (this.#libc.symbols.getrusage(CHILDREN, this.#usage) !== 0) {
      throw new Error("getrusage(2) fails");
    }
    const [userS, userUs, systemS, systemUs] = this.#usage;
    return Number(userS! + systemS!) * 1_000 + Number(userUs! + systemUs!) / 1_000;
  }

  [Symbol.dispose](): void {
    this.#libc.close();
  }
}
