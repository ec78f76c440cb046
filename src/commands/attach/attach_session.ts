import { toRunId } from "../../base/ids.ts";
import { STANDARD_TERMINAL, type TerminalSize } from "../../base/terminal_size.ts";
import type { DaemonClient } from "../../client/client.ts";
import { runLogPaths } from "../../logs/log_paths.ts";
import { stdinPathOf } from "../../platform/run_directory.ts";
import type { JobView } from "../../protocol/job_view.ts";
import { TerminalModes } from "../../text/terminal_modes.ts";
import { followJob } from "../following/follow_job.ts";
import type { CommandContext } from "../frame/command.ts";
import type { PlacedOutput } from "../output/cut_output.ts";
import { nameJob } from "../output/job_text.ts";
import { DetachKeys } from "./detach_keys.ts";
import { JobKeys } from "./job_keys.ts";
import { readReplay } from "./read_replay.ts";
import { SizeSender } from "./size_sender.ts";

const BELL = "\x07";
const NEWLINE = 0x0a;

/** The terminal that somebody attaches, ours as a rule. */
export interface AttachedTerminal {
  size(): TerminalSize;
  write(data: string | Uint8Array): Promise<void>;
}

/** Options of {@linkcode AttachSession}. */
export interface AttachOptions {
  readonly client: DaemonClient;
  readonly job: JobView;
  readonly terminal: AttachedTerminal;
  /** True for a run that was started for it: there is nothing to be shown again. */
  readonly isNew: boolean;
}

/** How it ended: the job with its run, or who looked at it has left. */
export type AttachEnd =
  | { readonly type: "ended"; readonly job: JobView }
  | { readonly type: "detached" }
  /** With the exit code of that. */
  | { readonly type: "cut_off"; readonly exitCode: number };

/**
 * One terminal on the terminal of a job: what is typed goes to it, what it shows is shown, and it is as large as ours.
 * Between the two there are a FIFO and a file; the daemon only tells when the run ends.
 */
export class AttachSession implements Disposable {
  readonly #ctx: CommandContext;
  readonly #options: AttachOptions;
  readonly #left = new AbortController();
  readonly #detachKeys = new DetachKeys();
  readonly #keys: JobKeys;
  readonly #sizes: SizeSender;
  readonly #notices = new Set<string>();
  #modes = new TerminalModes();
  #isAtLineStart = true;
  #end: AttachEnd | undefined;

  constructor(ctx: CommandContext, options: AttachOptions) {
    this.#ctx = ctx;
    this.#options = options;
    const { clock } = ctx;
    this.#keys = new JobKeys({ clock, onOverflow: () => this.#ring() });
    const { client, job } = options;
    const size = job.terminal_size ?? STANDARD_TERMINAL;
    this.#sizes = new SizeSender({ client, jobId: job.id, size, clock });
  }

  /** What could not be said meanwhile. */
  get notices(): readonly string[] {
    return [...this.#notices];
  }

  /** What takes back how the job has set the terminal, and begins a line. */
  leaving(): string {
    const isOnItsOwn = this.#modes.isAlternate;
    return this.#modes.changeTo() + "\x1b[0m" + (this.#isAtLineStart || isOnItsOwn ? "" : "\r\n");
  }

  /** Shows the job's terminal until its run ends, or somebody leaves it. */
  async run(): Promise<AttachEnd> {
    const { client, job, isNew } = this.#options;
    const fromOffset = isNew ? 0 : await this.#replay();
    this.#keys.moveTo(this.#stdinOf(job.run));
    if (!isNew) this.resize();
    const end = await followJob(this.#ctx, {
      ...{ client, job, run: job.run, fromOffset },
      // The other one has only what the holder of the terminal has to say, when it cannot begin.
      streams: isNew ? ["stdout", "stderr"] : ["stdout"],
      output: this.#output(),
      onlooker: {
        signal: this.#left.signal,
        onRun: (run) => this.#moveTo(run),
        onClient: (next) => this.#useClient(next),
      },
    });
    return this.#end ?? (end ? { type: "ended", job: end } : { type: "cut_off", exitCode: 130 });
  }

  /** Takes what was typed. */
  type(bytes: Uint8Array): void {
    const { keys, detaches } = this.#detachKeys.take(toCharacters(bytes));
    this.#keys.type(Uint8Array.from(keys, (each) => each.charCodeAt(0)));
    if (detaches) this.#leave({ type: "detached" });
  }

  /** The terminal has another size, or shows something else. */
  resize(): void {
    void this.#sizes.redraw(this.#size());
  }

  /** It is to end, with this exit code. */
  cutOff(exitCode: number): void {
    this.#leave({ type: "cut_off", exitCode });
  }

  [Symbol.dispose](): void {
    this.#left.abort();
    this.#keys[Symbol.dispose]();
    this.#sizes[Symbol.dispose]();
  }

  #leave(end: AttachEnd): void {
    this.#end ??= end;
    this.#left.abort();
  }

  #size(): TerminalSize {
    return this.#options.terminal.size();
  }

  #stdinOf(run: number): string {
    return stdinPathOf(this.#ctx.paths, toRunId(this.#options.job.id, run));
  }

  /** Shows what is to be seen already; returns from where on the rest has to be followed. */
  async #replay(): Promise<number> {
    const { job } = this.#options;
    const { stdout } = runLogPaths(this.#ctx.paths.logsDir, job.id, job.run);
    const { bytes, modes, offset } = readReplay(stdout, this.#size().rows);
    this.#modes = modes;
    await this.#show(bytes);
    return offset;
  }

  /** What one run has set is nothing that the next one knows of. */
  async #moveTo(run: number): Promise<void> {
    const { job, terminal } = this.#options;
    if (run === job.run) return;
    this.#keys.moveTo(this.#stdinOf(run));
    this.#sizes.send(this.#size());
    const note = this.#ctx.quiet
      ? ""
      : `imp: Job ${nameJob(job)} was started again (run ${run})\r\n`;
    const text = this.leaving() + note;
    this.#modes = new TerminalModes();
    this.#isAtLineStart = true;
    await terminal.write(text);
  }

  #useClient(client: DaemonClient): void {
    if (client === this.#options.client) return;
    this.#sizes.moveTo(client);
    this.#sizes.send(this.#size());
  }

  #output(): PlacedOutput {
    return {
      write: async (_, bytes) => {
        this.#modes.push(bytes);
        await this.#show(bytes);
      },
      tell: (_, text) => {
        this.#notices.add(text);
        return Promise.resolve();
      },
    };
  }

  async #show(bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0) return;
    this.#isAtLineStart = bytes.at(-1) === NEWLINE;
    await this.#options.terminal.write(bytes);
  }

  #ring(): void {
    this.#options.terminal.write(BELL).catch(() => {});
  }
}

function toCharacters(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
