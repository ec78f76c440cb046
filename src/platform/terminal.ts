/** A terminal's size in character cells. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** The standard streams, by name. */
export type StandardStream = "stdin" | "stdout" | "stderr";

/** Whether the stream is a terminal. */
export function isTerminal(stream: StandardStream): boolean {
  return Deno[stream].isTerminal();
}

/** The size of the terminal that we are in, or undefined when we are in none. */
export function terminalSize(): TerminalSize | undefined {
  try {
    const { columns, rows } = Deno.consoleSize();
    // Some pseudo-terminals have no size until somebody sets it.
    return columns > 0 && rows > 0 ? { columns, rows } : undefined;
  } catch {
    return undefined;
  }
}

/** Keys arrive as they are pressed, unechoed, until disposed of. Ctrl+C is a key then, unless `ctrlC` is set. */
export function enterRawMode(options: { ctrlC?: boolean } = {}): Disposable {
  Deno.stdin.setRaw(true, { cbreak: options.ctrlC ?? false });
  let isRaw = true;
  return {
    [Symbol.dispose]() {
      if (isRaw) Deno.stdin.setRaw(false);
      isRaw = false;
    },
  };
}

/** Calls `listener` with the new size whenever the terminal changes it, until disposed of. */
export function onResize(listener: (size: TerminalSize) => void): Disposable {
  const onSignal = () => {
    const size = terminalSize();
    if (size) listener(size);
  };
  Deno.addSignalListener("SIGWINCH", onSignal);
  return { [Symbol.dispose]: () => Deno.removeSignalListener("SIGWINCH", onSignal) };
}
