import type { Surroundings } from "../../base/surroundings.ts";
import type { CommandEnd, CommandHandler, RoomyOutput } from "../../rpc/server/command_handler.ts";

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

/** What runs such a command. Another one is a file that implements this and an entry in command_handlers.ts. */
export interface ExecHandler extends CommandHandler<ExecCommand, CommandEnd> {
  handle(command: ExecCommand, output: RoomyOutput, cancel: AbortSignal): Promise<CommandEnd>;
}
