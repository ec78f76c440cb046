const LIBRARY = Deno.build.os === "linux" ? "libc.so.6" : "libSystem.dylib";
/** In a thread of its own: it waits as long as there is a reader. */
const SYMBOLS = {
  poll: { parameters: ["buffer", "usize", "i32"], result: "i32", nonblocking: true },
} as const satisfies Deno.ForeignLibraryInterface;

const STDOUT = 1;
const NO_TIMEOUT = -1;
/** A signal ends the wait early; more often than this it is another failure. */
const MOST_FAILURES = 100;

/**
 * Resolves when nobody can read our stdout any more, as in `imp events | head -1`: without it a program that has nothing
 * to write would never find out. Never resolves where stdout is no pipe or socket, or where it cannot be known.
 */
export async function stdoutReaderGone(): Promise<void> {
  if (!isPipe() || !await waitForHangUp()) await new Promise<never>(() => {});
}

function isPipe(): boolean {
  try {
    const info = Deno.statSync(`/dev/fd/${STDOUT}`);
    return info.isFifo === true || info.isSocket === true;
  } catch {
    return false;
  }
}

async function waitForHangUp(): Promise<boolean> {
  try {
    const { symbols } = Deno.dlopen(LIBRARY, SYMBOLS);
    // struct pollfd, asking for nothing: an error and a hang-up are told in any case.
    const entry = new Uint8Array(8);
    new DataView(entry.buffer).setInt32(0, STDOUT, true);
    for (let failures = 0; failures < MOST_FAILURES; failures++) {
      if (await symbols.poll(entry, 1n, NO_TIMEOUT) > 0) return true;
    }
  } catch {
    // No libc of that name: the next write finds out.
  }
  return false;
}
