import type { Surroundings } from "../../base/surroundings.ts";

/** A command as `exec` asks for it. */
export interface ExecCommand {
  readonly execId: string;
  /** argv, or a text for the handler's own language: `sh` for the built-in one. */
  readonly command: readonly string[] | { readonly script: string };
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly umask: number;
  readonly surroundings?: Surroundings | undefined;
  /**
   * What the client passes on, piece by piece, each good until the next; absent where it passes nothing on. The client
   * sends only as much as is taken, and is told when the iteration is left early. To be iterated once.
   */
  readonly stdin?: AsyncIterable<Uint8Array> | undefined;
}

/** Where a handler's output goes. */
export interface CommandOutput {
  /** Sends bytes as they are, at once; resolves when the client can take more. The bytes are not kept. */
  write(stream: "stdout" | "stderr", bytes: Uint8Array): Promise<void>;
}

/** How a command ended: by its code, or by a signal. */
export interface CommandEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

/**
 * What makes output of a command. Another handler is one file that implements this and one entry in
 * command_handlers.ts.
 */
export interface CommandHandler {
  /**
   * Handles one command. When `cancel` is aborted it ends as soon as it can, and resolves or rejects then; its output
   * goes nowhere from there on. What it throws reaches the client as an error.
   */
  handle(command: ExecCommand, output: CommandOutput, cancel: AbortSignal): Promise<CommandEnd>;
}
