/** A terminal for programs that want one, by tmux: keys go in, the screen comes out. */
import type { Box } from "./box.ts";
import { describeEnd } from "./box.ts";
import { eventually } from "./eventually.ts";

/** Options of {@linkcode openTerminal}. */
export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A test that opens a terminal is ignored without these. */
export const TERMINAL_TOOLS = ["tmux"];

/** Starts a line of shell in a terminal of its own; `imp` is on its PATH. It stays open when the line has ended. */
export async function openTerminal(
  box: Box,
  script: string,
  options: TerminalOptions = {},
): Promise<Terminal> {
  const terminal = new Terminal(box);
  await terminal.open(script, options);
  return terminal;
}

/** See {@linkcode openTerminal}. */
export class Terminal implements AsyncDisposable {
  readonly #box: Box;
  readonly #socket: string;

  constructor(box: Box) {
    this.#box = box;
    this.#socket = `${box.root}/tmp/t-${crypto.randomUUID().slice(0, 4)}`;
  }

  async open(script: string, options: TerminalOptions): Promise<void> {
    const { columns = 80, rows = 24, cwd = this.#box.project, env = {} } = options;
    const exports = Object.entries(env).flatMap(([name, value]) => ["-e", `${name}=${value}`]);
    const size = ["-x", String(columns), "-y", String(rows)];
    const line = `${script}; printf '\\nENDED %s\\n' $?; exec sleep 1000000`;
    await this.#tmux(["new-session", "-d", ...size, "-c", cwd, ...exports, "/bin/sh", "-c", line]);
  }

  /** What is to be seen, without trailing spaces. */
  async screen(): Promise<string> {
    const text = await this.#tmux(["capture-pane", "-p"]);
    return text.split("\n").map((line) => line.trimEnd()).join("\n").trimEnd();
  }

  /** The same with the colours and attributes as escape sequences. */
  async styledScreen(): Promise<string> {
    return await this.#tmux(["capture-pane", "-p", "-e"]);
  }

  /** What tmux knows of the terminal, such as `#{alternate_on}`. */
  async show(format: string): Promise<string> {
    return (await this.#tmux(["display-message", "-p", format])).trimEnd();
  }

  /** Presses keys, by tmux's names for them: `q`, `Enter`, `C-c`, `Up`. */
  async press(...keys: string[]): Promise<void> {
    await this.#tmux(["send-keys", ...keys]);
  }

  /** Types a text as it is. */
  async type(text: string): Promise<void> {
    await this.#tmux(["send-keys", "-l", "--", text]);
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux(["resize-window", "-x", String(columns), "-y", String(rows)]);
  }

  /** Resolves with the screen once it matches, else fails with the last one seen. */
  async waitForScreen(pattern: string | RegExp): Promise<string> {
    let last = "";
    return await eventually(`the screen shows ${pattern}`, async () => {
      last = await this.screen();
      const matches = typeof pattern === "string" ? last.includes(pattern) : pattern.test(last);
      return matches ? last : undefined;
    }, { explain: async () => `--- screen\n${last}\n${await this.#box.explain()}` });
  }

  /** Waits for the end of the line it was opened with and returns its exit code. */
  async waitForEnd(): Promise<number> {
    const screen = await this.waitForScreen(/^ENDED \d+$/m);
    return Number(/^ENDED (\d+)$/m.exec(screen)![1]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux(["kill-server"]);
  }

  async #tmux(args: readonly string[]): Promise<string> {
    // UTF-8, because tmux draws underscores for what it thinks the terminal cannot show.
    const options = { env: { LC_ALL: "C.UTF-8", TERM: "xterm-256color" } };
    const result = await this.#box.run(
      ["tmux", "-f", "/dev/null", "-S", this.#socket, ...args],
      options,
    );
    if (result.code !== 0) throw new Error(`tmux ${args[0]} failed: ${describeEnd(result)}`);
    return result.stdout;
  }
}
