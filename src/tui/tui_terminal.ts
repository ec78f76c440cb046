import type { ScreenSize } from "./layout.ts";

/** A terminal that is all ours until it is closed: alternate screen, keys as they are pressed, mouse. */
export interface TuiTerminal extends AsyncDisposable {
  /** What the user types, and what the mouse does. */
  readonly bytes: AsyncIterable<Uint8Array>;
  size(): ScreenSize;
  /** Resolves when the terminal has taken it; one at a time. */
  write(text: string): Promise<void>;
  setMouse(on: boolean): void;
  /** Gives the terminal back, stops the process as Ctrl+Z does, and returns when it goes on and has the terminal. */
  suspend(): void;
  /**
   * Lets somebody else write to it, and read from it what comes as it is, until what this resolves with is disposed of;
   * then what is on the screen is unknown. `leaving` is asked for what takes back what they have set.
   */
  lend(leaving: () => string): Promise<Disposable>;
  /** Gives it to another program, all of it, until what this resolves with is disposed of. */
  handOver(): Promise<Disposable>;
  /** Calls back when the size changes, and when the screen shows something unknown, such as after `fg`. */
  onChange(listener: () => void): void;
  /** Calls back when the process is asked to end, with the exit code that goes with it. */
  onEnd(listener: (exitCode: number) => void): void;
}
