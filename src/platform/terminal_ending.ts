/** Who asks a process to end, and the exit code that a shell has for that. */
export const ENDING_SIGNALS = { SIGTERM: 143, SIGHUP: 129, SIGINT: 130, SIGQUIT: 131 } as const;

/** Writes to our terminal at once; when it has gone nobody is there to miss anything. */
export function writeNow(text: string): void {
  let rest = new TextEncoder().encode(text);
  try {
    while (rest.length > 0) rest = rest.subarray(Deno.stdout.writeSync(rest));
  } catch {
    // As said.
  }
}

/** Calls back before the process dies of itself, so that it leaves no terminal that does not echo. */
export function onDying(leave: () => void): Disposable {
  const events = ["error", "unhandledrejection", "unload"];
  for (const event of events) globalThis.addEventListener(event, leave);
  return {
    [Symbol.dispose]() {
      for (const event of events) globalThis.removeEventListener(event, leave);
    },
  };
}
