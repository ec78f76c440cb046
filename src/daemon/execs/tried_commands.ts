import type { ExecJournal } from "../../facts/exec_journal.ts";
import type { CommandEnd } from "../../rpc/server/command_handler.ts";
import type { ExecCommand, ExecHandler } from "./exec_command.ts";

/** So much of what it said last on stderr is kept. */
const SAID_BYTES = 512;
/** The same of both streams together. */
const OUTPUT_BYTES = 4_096;

/** What {@linkcode TriedCommands} works with. */
export interface TriedCommandsOptions {
  readonly handler: ExecHandler;
  /** So that the next daemon ends what is left of one that was under way when this one was lost. */
  readonly journal: ExecJournal;
  readonly nextId: () => string;
}

/** Runs commands for their code; they are nobody's exec, and nobody waits for them but who tries. */
export class TriedCommands {
  readonly #options: TriedCommandsOptions;

  constructor(options: TriedCommandsOptions) {
    this.#options = options;
  }

  /** Resolves with how it ended, the last line that it said on stderr, and the end of all that it printed. */
  async try(
    command: Omit<ExecCommand, "execId" | "stdin">,
    signal: AbortSignal,
  ): Promise<CommandEnd & { said: string; output: string }> {
    const { handler, journal, nextId } = this.#options;
    const execId = nextId();
    let [tail, output] = [new Uint8Array(0), new Uint8Array(0)];
    const write = (bytes: Uint8Array) => {
      output = lastOf(output, bytes, OUTPUT_BYTES);
      return Promise.resolve();
    };
    const writeError = (bytes: Uint8Array) => {
      tail = lastOf(tail, bytes, SAID_BYTES);
      return write(bytes);
    };
    journal.note(execId);
    try {
      const end = await handler.handle({ ...command, execId }, { write, writeError }, signal);
      return { ...end, said: lastLine(tail), output: new TextDecoder().decode(output).trimEnd() };
    } finally {
      journal.forget(execId);
    }
  }
}

function lastOf(tail: Uint8Array, bytes: Uint8Array, most: number): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(tail.length + bytes.length);
  both.set(tail);
  both.set(bytes, tail.length);
  return both.slice(-most);
}

function lastLine(tail: Uint8Array): string {
  return new TextDecoder().decode(tail).trimEnd().split("\n").at(-1)!.trim();
}
