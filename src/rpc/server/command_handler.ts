/** Where a handler's output goes: byte for byte, at once. */
export interface CommandOutput {
  /**
   * Sends bytes to the client's stdout; resolves when it can take more, which is what slows a handler down that awaits
   * it. The bytes are the handler's again then. Rejects when the command was cancelled.
   */
  write(bytes: Uint8Array): Promise<void>;
  /** The same to the client's stderr. */
  writeError(bytes: Uint8Array): Promise<void>;
}

/** The same for who reads into a buffer with room: the `FRAME_ROOM_BYTES` before the bytes are written over then, which saves a copy. */
export interface RoomyOutput extends CommandOutput {
  write(bytes: Uint8Array, hasRoom?: boolean): Promise<void>;
  writeError(bytes: Uint8Array, hasRoom?: boolean): Promise<void>;
}

/** How a command ended: by its code, or by a signal. */
export interface CommandEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

/** What makes output of a command. `Asked` is the command as it is asked for, `End` tells how it ended. */
export interface CommandHandler<Asked, End> {
  /**
   * Handles one command; any number of them are under way at a time. When `cancel` is aborted it ends as soon as it can,
   * and resolves or rejects then; its output goes nowhere from there on. What it throws reaches the client as an error.
   */
  handle(command: Asked, output: CommandOutput, cancel: AbortSignal): Promise<End>;
}
