import type { CommandHandler } from "./server/command_handler.ts";

export type { CommandHandler, CommandOutput } from "./server/command_handler.ts";

/** A command as a client asks for it. */
export interface Command {
  /** The words behind the program's name; none when the command came over stdin. */
  readonly args: readonly string[];
  /** The whole of stdin when there were no words; undefined when there were, and when stdin is a terminal. */
  readonly text: string | undefined;
  /** The directory that the client was called in. */
  readonly cwd: string;
  /** The client's environment, without what is not UTF-8. */
  readonly env: Readonly<Record<string, string>>;
}

/** What a program does: its `handle` returns the exit code of the client, 0 when it returns nothing. */
export interface ApplicationHandler extends CommandHandler<Command, number | void> {
  /** Called once when the daemon ends, after the last command has. */
  close?(): void | Promise<void>;
}

/** How much and how long; times in milliseconds, sizes in bytes. */
export interface ApplicationLimits {
  /** How long a new daemon may take until it listens; there is one attempt. 5,000 by default. */
  readonly startMs?: number;
  /** How long a daemon stays that nobody calls; 0: for ever. 900,000 (15 min) by default. */
  readonly idleExitMs?: number;
  /** How long a handler may take to end that was cancelled, until it is given up. 5,000 by default. */
  readonly graceMs?: number;
  /**
   * How long a handler may keep the processor from all others, until the daemon is taken for dead, and ended by the next
   * client that finds it so. 30,000 by default.
   */
  readonly blockedMs?: number;
  /** How long a command may take until it is cancelled, and its client ends with 124. Endless by default. */
  readonly commandMs?: number;
  /** How large a command may be with its environment. 1 MiB by default, 64 MiB at most. */
  readonly commandBytes?: number;
  /** What a handler writes goes out in pieces of so many bytes at most. 64 KiB by default. */
  readonly chunkBytes?: number;
  /** How many clients may be connected at a time. 256 by default, 16 at least. */
  readonly connections?: number;
}

/** What a program is made of. */
export interface ApplicationOptions {
  /**
   * What the program is called: in its messages, and its directories. 1 to 32 of a-z, 0-9 and dash, beginning with a
   * letter.
   */
  readonly name: string;
  /** What it does; a function is called once, by the daemon: its modules cost a client nothing then. */
  readonly handler: ApplicationHandler | (() => ApplicationHandler | Promise<ApplicationHandler>);
  /** For people, such as `1.2.0`. */
  readonly version?: string;
  /**
   * What tells a newer build from an older one: of two texts the greater is newer, as with times in ISO 8601. By default
   * when the executable was put where it is; from source, when its newest file was written.
   */
  readonly build?: string;
  /** Whether each directory that it is called in has a daemon of its own; else a user has one. */
  readonly perDirectory?: boolean;
  /** How much and how long. */
  readonly limits?: ApplicationLimits;
}
