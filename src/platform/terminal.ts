import type { TerminalSize } from "../base/terminal_size.ts";

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
