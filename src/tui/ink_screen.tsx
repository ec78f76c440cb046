import { type Instance, render } from "ink";
import { Screen } from "./panels/screen.tsx";
import type { TuiState } from "./state.ts";
import type { Paint } from "./paint.ts";

/** Draws states as the lines of a screen. */
export interface InkScreen extends Disposable {
  /** As many lines as the screen has rows. */
  draw(state: TuiState): string[];
}

/** A terminal as far as ink is concerned: it never gets to see the real one. */
class MemoryTerminal {
  columns = 0;
  rows = 0;
  frame = "";
  readonly isTTY = false;

  write = (frame: string): boolean => {
    this.frame = frame;
    return true;
  };

  on(): this {
    return this;
  }

  off(): this {
    return this;
  }
}

/**
 * A tree of panels that lives as long as the screen: ink leaks what it lays out when trees come and go. Ink lays out and
 * draws into memory; what gets onto the terminal, and when, is decided by who calls.
 */
export function createInkScreen(paint: Paint): InkScreen {
  const terminal = new MemoryTerminal();
  let instance: Instance | undefined;
  const start = (element: Parameters<typeof render>[0]): Instance => {
    // Ink asks for streams of Node, of which it uses what MemoryTerminal has.
    const stream = terminal as unknown;
    return render(element, {
      stdout: stream as NodeJS.WriteStream,
      stderr: stream as NodeJS.WriteStream,
      stdin: stream as NodeJS.ReadStream,
      // Every frame is written at once, whole and unaltered, whatever the environment says (such as CI).
      debug: true,
      exitOnCtrlC: false,
      patchConsole: false,
    });
  };
  return {
    draw(state) {
      terminal.columns = state.size.columns;
      terminal.rows = state.size.rows;
      const element = <Screen state={state} paint={paint} />;
      if (instance) instance.rerender(element);
      else instance = start(element);
      const lines = terminal.frame.split("\n").slice(0, state.size.rows);
      while (lines.length < state.size.rows) lines.push("");
      return lines;
    },
    [Symbol.dispose]() {
      instance?.unmount();
      instance = undefined;
    },
  };
}
