const F_GETFD = 1;
const F_SETFD = 2;
const FD_CLOEXEC = 1;

/**
 * Marks every descriptor above 2 close-on-exec. What we open ourselves has the mark already; what our parent left open
 * (a pipe of `make`, `bats` or a shell) would otherwise be held open by the daemon and its jobs for their whole lives.
 */
export function markInheritedCloexec(): void {
  const fds = openDescriptors().filter((fd) => fd > 2);
  if (fds.length === 0) return;
  const libc = openFcntl();
  try {
    for (const fd of fds) {
      // -1: the descriptor that listed the directory is closed by now.
      const flags = libc.symbols.fcntl(fd, F_GETFD, ...PADDING, 0n);
      if (flags !== -1 && (flags & FD_CLOEXEC) === 0) {
        libc.symbols.fcntl(fd, F_SETFD, ...PADDING, BigInt(flags | FD_CLOEXEC));
      }
    }
  } finally {
    libc.close();
  }
}

function openDescriptors(): number[] {
  const dir = Deno.build.os === "linux" ? "/proc/self/fd" : "/dev/fd";
  return [...Deno.readDirSync(dir)].map((entry) => Number(entry.name));
}

/** fcntl's third argument is variadic: on Apple silicon those are on the stack, behind eight that are in registers. */
const IS_ON_STACK = Deno.build.os === "darwin" && Deno.build.arch === "aarch64";
const PADDING: bigint[] = IS_ON_STACK ? Array.from({ length: 6 }, () => 0n) : [];

/** Not libc.ts: opening one symbol takes 1 ms, opening all that the daemon needs takes 6, of every cold start. */
function openFcntl() {
  const parameters: Deno.NativeType[] = ["i32", "i32", ...PADDING.map(() => "i64" as const), "i64"];
  return Deno.dlopen(Deno.build.os === "darwin" ? "libSystem.dylib" : "libc.so.6", {
    fcntl: { parameters, result: "i32" },
  }) as {
    symbols: { fcntl(...args: (number | bigint)[]): number };
    close(): void;
  };
}
