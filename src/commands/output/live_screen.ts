import type { OutputStream } from "../frame/command.ts";

/** A terminal that is drawn over again and again. */
export interface LiveScreen {
  /** Replaces what is shown; lines beyond the terminal's height are left out. */
  draw(lines: readonly string[]): Promise<void>;
}

/** Draws from the top left corner, without a moment of emptiness in between. */
export function openLiveScreen(stdout: OutputStream): LiveScreen {
  let isCleared = false;
  return {
    async draw(lines) {
      const shown = lines.slice(0, Math.max(1, stdout.rows - 1));
      const text = shown.map((line) => `${line}\x1b[K\n`).join("");
      await stdout.write(`${isCleared ? "" : "\x1b[2J"}\x1b[H${text}\x1b[J`);
      isCleared = true;
    },
  };
}
