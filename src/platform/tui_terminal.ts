import process from "node:process";
import { delay } from "../base/clock.ts";
import { systemClock } from "./system_clock.ts";
import { type TerminalSize, terminalSize } from "./terminal.ts";

/** Alternate screen, no cursor, no automatic wrapping (a row that is wider than we think stays one row), pastes marked. */
const ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[?2004h\x1b[2J";
/** The same taken back, and an end to colours and to an update that was cut off. */
const LEAVE = "\x1b[?2026l\x1b[?2004l\x1b[?7h\x1b[0m\x1b[?25h\x1b[?1049l";
/** Presses and wheel, in the one encoding that reaches every column. */
const MOUSE_ON = "\x1b[?1000h\x1b[?1006h";
const MOUSE_OFF = "\x1b[?1006l\x1b[?1000l";

/** Exit codes of the shell for who is ended by a signal. */
const ENDING = { SIGTERM: 143, SIGHUP: 129, SIGINT: 130, SIGQUIT: 131 } as const;

/** How long a terminal may take for the last frame. */
const LAST_WRITE_MS = 200;
const FALLBACK_SIZE: TerminalSize = { columns: 80, rows: 24 };
const encoder = new TextEncoder();

/** Our terminal as a screen: see TuiTerminal in tui/. Given back when disposed of, and when the process dies otherwise. */
export class ScreenTerminal implements AsyncDisposable {
  readonly bytes: AsyncIterable<Uint8Array> = Deno.stdin.readable;
  #isOpen = false;
  #hasMouse = true;
  #writing: Promise<void> = Promise.resolve();
  #onChange: () => void = () => {};
  #onEnd: (exitCode: number) => void = () => {};
  readonly #over = new AbortController();
  readonly #release: (() => void)[] = [];

  private constructor() {}

  /** Takes the terminal over. */
  static open(): ScreenTerminal {
    const terminal = new ScreenTerminal();
    terminal.#listen();
    terminal.#enter();
    return terminal;
  }

  size(): TerminalSize {
    return terminalSize() ?? FALLBACK_SIZE;
  }

  write(text: string): Promise<void> {
    this.#writing = this.#writing.then(() => writeAll(text));
    return this.#writing;
  }

  setMouse(on: boolean): void {
    this.#hasMouse = on;
    writeNow(on ? MOUSE_ON : MOUSE_OFF);
  }

  suspend(): void {
    this.#leave();
    Deno.kill(Deno.pid, "SIGSTOP");
  }

  onChange(listener: () => void): void {
    this.#onChange = listener;
  }

  onEnd(listener: (exitCode: number) => void): void {
    this.#onEnd = listener;
  }

  /** What is being written is written to its end first: half a frame would be left on the shell's screen. */
  async [Symbol.asyncDispose](): Promise<void> {
    const limit = delay(systemClock, LAST_WRITE_MS, this.#over.signal).catch(() => {});
    await Promise.race([this.#writing.catch(() => {}), limit]);
    this.#over.abort();
    this.#leave();
    for (const release of this.#release.splice(0)) release();
  }

  #enter(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    Deno.stdin.setRaw(true);
    writeNow(ENTER + (this.#hasMouse ? MOUSE_ON : ""));
  }

  #leave(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    writeNow(MOUSE_OFF + LEAVE);
    try {
      Deno.stdin.setRaw(false);
    } catch {
      // The terminal has gone; nobody is there to miss anything.
    }
  }

  #listen(): void {
    this.#onSignal("SIGWINCH", () => this.#onChange());
    this.#onSignal("SIGCONT", () => {
      this.#enter();
      this.#onChange();
    });
    for (const [name, exitCode] of Object.entries(ENDING)) {
      this.#onSignal(name as keyof typeof ENDING, () => this.#onEnd(exitCode));
    }
    // Whatever kills the process otherwise, it shall not leave a terminal that does not echo.
    for (const event of ["error", "unhandledrejection", "unload"]) {
      const leave = () => this.#leave();
      globalThis.addEventListener(event, leave);
      this.#release.push(() => globalThis.removeEventListener(event, leave));
    }
  }

  /**
   * Through node's process, not through Deno: signal-exit, which ink brings, kills the process at a signal that nobody
   * else listens to, and that is where it looks.
   */
  #onSignal(name: NodeJS.Signals, listener: () => void): void {
    process.on(name, listener);
    this.#release.push(() => process.off(name, listener));
  }
}

async function writeAll(text: string): Promise<void> {
  let rest = encoder.encode(text);
  while (rest.length > 0) rest = rest.subarray(await Deno.stdout.write(rest));
}

function writeNow(text: string): void {
  let rest = encoder.encode(text);
  try {
    while (rest.length > 0) rest = rest.subarray(Deno.stdout.writeSync(rest));
  } catch {
    // As above.
  }
}

/**
 * Imports react and ink as they are made for use: their development builds are slow and keep records of every frame,
 * and ink looks for a debugger when DEV is set. They ask the environment while they are loaded, which jobs get too, so
 * it is as before afterwards.
 */
export async function importForProduction<Module>(load: () => Promise<Module>): Promise<Module> {
  const names = ["NODE_ENV", "DEV"] as const;
  const before = names.map((name) => [name, Deno.env.get(name)] as const);
  Deno.env.set("NODE_ENV", "production");
  Deno.env.delete("DEV");
  try {
    return await load();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
  }
}
