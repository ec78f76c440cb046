/** Processes that a test starts. */
import { withDeadline } from "./eventually.ts";

/** How a command ended and what it said. */
export interface CommandResult {
  readonly code: number;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of {@linkcode startProcess}. */
export interface ProcessOptions {
  readonly cwd: string;
  /** The whole environment. */
  readonly env: Record<string, string>;
  readonly deadlineMs?: number;
  /** Takes stdout as it arrives; then it is not kept. */
  readonly onStdout?: (chunk: Uint8Array) => void;
  /** Looks at what it said once nothing more of that is waited for; what it throws fails the test. */
  readonly onEnd?: (said: { readonly stdout: string; readonly stderr: string }) => void;
  /** What to tell beside the output when something takes too long. */
  readonly explain?: () => string | Promise<string>;
}

/** Longer than any deadline of a process: what never comes fails its test and does not hold up all the others. */
const LONGEST_WAIT_MS = 300_000;

/** One output stream of a process, kept as it arrives. */
class OutputStream {
  readonly ended: Promise<void>;
  #text = "";
  readonly #onData = new Set<() => void>();

  constructor(stream: ReadableStream<Uint8Array>, onData?: (chunk: Uint8Array) => void) {
    this.ended = onData ? pass(stream, onData) : this.#read(stream);
  }

  get text(): string {
    return this.#text;
  }

  /** Resolves with the text so far once it matches; rejects when the stream ends without it, or says it too late. */
  waitFor(pattern: string | RegExp): Promise<string> {
    return withDeadline(`the output has ${pattern}`, this.#waitFor(pattern), {
      deadlineMs: LONGEST_WAIT_MS,
      explain: () => this.#text.slice(-2_000),
    });
  }

  async #waitFor(pattern: string | RegExp): Promise<string> {
    const matches = () =>
      typeof pattern === "string" ? this.#text.includes(pattern) : pattern.test(this.#text);
    let ended = false;
    this.ended.then(() => ended = true);
    while (!matches()) {
      if (ended) throw new Error(`The output ended without ${pattern}`);
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#onData.add(resolve);
      await Promise.race([promise, this.ended]);
      this.#onData.delete(resolve);
    }
    return this.#text;
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      this.#text += decoder.decode(chunk, { stream: true });
      for (const tell of this.#onData) tell();
    }
  }
}

async function pass(
  stream: ReadableStream<Uint8Array>,
  onData: (chunk: Uint8Array) => void,
): Promise<void> {
  for await (const chunk of stream) onData(chunk);
}

/** A running process whose output is kept; ended by force, if need be, at the end of the scope. */
export class TestProcess implements AsyncDisposable {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly #child: Deno.ChildProcess;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array>;
  readonly #name: string;
  readonly #options: ProcessOptions;
  #status: Deno.CommandStatus | undefined;

  constructor(command: readonly string[], options: ProcessOptions) {
    this.#name = command.join(" ");
    this.#options = options;
    this.#child = new Deno.Command(command[0]!, {
      args: command.slice(1),
      cwd: options.cwd,
      env: options.env,
      clearEnv: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#stdin = this.#child.stdin.getWriter();
    this.stdout = new OutputStream(this.#child.stdout, options.onStdout);
    this.stderr = new OutputStream(this.#child.stderr);
  }

  get pid(): number {
    return this.#child.pid;
  }

  async write(text: string): Promise<void> {
    await this.#stdin.write(new TextEncoder().encode(text));
  }

  /** Closes its stdin; a process that does not read it any more is no failure. */
  async closeStdin(): Promise<void> {
    await this.#stdin.close().catch(() => {});
  }

  kill(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Resolves once stdout matches, else fails with everything that was said. */
  async waitForStdout(pattern: string | RegExp): Promise<string> {
    return await this.#withDeadline(
      `stdout of "${this.#name}" matches ${pattern}`,
      this.stdout.waitFor(pattern),
    );
  }

  /** The same for stderr. */
  async waitForStderr(pattern: string | RegExp): Promise<string> {
    return await this.#withDeadline(
      `stderr of "${this.#name}" matches ${pattern}`,
      this.stderr.waitFor(pattern),
    );
  }

  /** Waits for its end and the end of its output. */
  async result(): Promise<CommandResult> {
    const ended = Promise.all([this.#child.status, this.stdout.ended, this.stderr.ended]);
    const [status] = await this.#withDeadline(`the end of "${this.#name}"`, ended);
    this.#status = status;
    this.#options.onEnd?.({ stdout: this.stdout.text, stderr: this.stderr.text });
    return {
      code: status.code,
      signal: status.signal,
      stdout: this.stdout.text,
      stderr: this.stderr.text,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.closeStdin();
    if (this.#status) return;
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It ended by itself.
    }
    await Promise.all([this.#child.status, this.stdout.ended, this.stderr.ended]);
    this.#options.onEnd?.({ stdout: this.stdout.text, stderr: this.stderr.text });
  }

  async #withDeadline<T>(name: string, promise: Promise<T>): Promise<T> {
    const explain = async () =>
      `stdout: ${this.stdout.text.slice(-2_000)}\nstderr: ${this.stderr.text.slice(-2_000)}\n` +
      (await this.#options.explain?.() ?? "");
    try {
      return await withDeadline(name, promise, { ...this.#options, explain });
    } catch (error) {
      if (error instanceof Error && error.message.startsWith("Took more")) throw error;
      throw new Error(`Cannot wait for ${name}\n${await explain()}`, { cause: error });
    }
  }
}

/** Runs a command to its end, with `input` on its stdin. */
export async function runProcess(
  command: readonly string[],
  options: ProcessOptions & { readonly input?: string },
): Promise<CommandResult> {
  await using process = new TestProcess(command, options);
  if (options.input !== undefined) await process.write(options.input).catch(() => {});
  await process.closeStdin();
  return await process.result();
}
