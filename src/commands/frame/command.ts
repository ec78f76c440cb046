/**
 * `commands/` turns words typed in a shell into requests and their answers into text or JSON. The table in index.ts
 * says what there is; each subcommand is one file that is loaded when it is asked for. No command reads globals,
 * prints to the console or exits: it gets a CommandContext and returns an exit code.
 */
import type { Clock } from "../../base/clock.ts";
import type { Standing, Surroundings } from "../../base/surroundings.ts";
import type { BuildInfo } from "../../base/version.ts";
import type { DaemonClient } from "../../client/client.ts";
import type { Asking } from "../../client/line.ts";
import type { StdinLook } from "../../platform/own_stdin.ts";
import type { ImpPaths } from "../../platform/paths.ts";
import type { Owner } from "../../protocol/owner.ts";
import type { PayloadOf, ReplyOf } from "../../protocol/request.ts";
import type { Completion, FlagSpec } from "./flag_spec.ts";
import type { ParsedArgs } from "./parse_args.ts";

/** An example of the help: what to type, and what for. */
export interface Example {
  readonly command: string;
  readonly what: string;
}

/** The headings of `imp help`, in their order. */
export const COMMAND_GROUPS = ["Jobs", "Output", "Project", "Daemon", "Help"] as const;
export type CommandGroup = (typeof COMMAND_GROUPS)[number];

/**
 * What a command does to the world, and so whether it may bring a daemon to life:
 * - `adds` makes something new: starts one, under whatever id;
 * - `drives` works with what is there, or follows it live: starts one;
 * - `looks` only reads: starts one only to carry on after one that was lost;
 * - `ends` stops or removes: starts one only when there is something to stop or remove;
 * - `apart` never starts one.
 */
export type CommandNature = "adds" | "drives" | "looks" | "ends" | "apart";

/** A line of the command table: loaded by every call of imp, so it holds only what finding a command takes. */
export interface CommandEntry {
  /** What is typed; two words for a subcommand of a group such as `daemon`. */
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly group: CommandGroup;
  readonly summary: string;
  readonly nature: CommandNature;
  /** Not shown in lists; for scripts of our own. */
  readonly hidden?: boolean;
  load(): Promise<{ readonly command: Command }>;
}

/** A subcommand: its help as data, and what it does. */
export interface Command {
  /** What follows `imp`, one line a way to call it. */
  readonly usage: readonly string[];
  readonly description?: string;
  readonly flags: readonly FlagSpec[];
  /** What the words without a dash are; `commands`: imp's flags end at the first of them. */
  readonly operands?: Completion;
  readonly examples: readonly Example[];
  /** What it prints, and what with `--json`. */
  readonly output: string;
  readonly exitCodes: Readonly<Record<number, string>>;
  run(ctx: CommandContext, args: ParsedArgs): Promise<number>;
}

/** All subcommands, in the order of the help. */
export type CommandTable = readonly CommandEntry[];

/** Where text and bytes go; each write waits until the reader has room. */
export interface OutputStream {
  readonly isTerminal: boolean;
  /** Width of the terminal; 80 when it is none. */
  readonly columns: number;
  /** Height of the terminal; 24 when it is none. */
  readonly rows: number;
  write(data: string | Uint8Array): Promise<void>;
}

/** Where the user's bytes come from. */
export interface InputStream {
  readonly isTerminal: boolean;
  readonly bytes: ReadableStream<Uint8Array>;
  /** What can be seen of it without reading. */
  look(): Promise<StdinLook>;
}

/** Answers what only reads: a daemon's client does. */
export interface JobReader {
  request<Name extends "list" | "get_job">(
    name: Name,
    payload: PayloadOf<Name>,
  ): Promise<ReplyOf<Name>>;
}

/** Where a command that looks, or ends something, gets jobs from: the daemon, or what the last one left on disk. */
export interface JobSource<Client extends Asking = DaemonClient> extends JobReader {
  /** Undefined when no daemon is needed for the command. */
  readonly client: Client | undefined;
}

/** What of a value is printed as JSON. */
export type FieldPick = (value: unknown) => unknown;

/** The world as a command sees it. */
export interface CommandContext {
  readonly build: BuildInfo;
  /** What there is to type. */
  readonly commands: CommandTable;
  readonly clock: Clock;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly stdin: InputStream;
  /** Aborted by Ctrl+C. Asking for it is what makes Ctrl+C more than the end of the process. */
  readonly signal: AbortSignal;
  readonly json: boolean;
  /** Only this is printed as JSON; undefined: all of it. */
  readonly pick?: FieldPick | undefined;
  readonly quiet: boolean;
  /** Whether stdout gets colours. */
  readonly color: boolean;
  readonly daemonId: string;
  readonly paths: ImpPaths;
  /** The project that the daemon id stands for. */
  readonly project: {
    readonly dir: string;
    readonly file?: string | undefined;
    /** In its place one that others can change; what the user said yes to, is for who runs what is in it to compare. */
    readonly agreedFile?: string | undefined;
    readonly distrusted?: readonly { readonly path: string; readonly why: string }[] | undefined;
  };
  cwd(): string;
  umask(): number;
  /** What the system lends us beside that. */
  surroundings(): Promise<Surroundings>;
  /** Where we stand in it. */
  standing(): Promise<Standing>;
  /** Who calls. @throws AppError `usage.bad_owner` */
  owner(): Promise<Owner>;
  env(name: string): string | undefined;
  environment(): Record<string, string>;
  /** A connected client; starts a daemon, unless the command is `apart`: then it throws `daemon.not_running`. */
  client(): Promise<DaemonClient>;
  /** The same for what asks one thing after the other and ends: without all that staying takes, it is there sooner. */
  line(): Promise<Asking>;
  /** The jobs, by way of a daemon only where the command's nature needs one. */
  source(): Promise<JobSource>;
  /** The same by a line. */
  lineSource(): Promise<JobSource<Asking>>;
  /** A connected client if a daemon runs; never starts one. */
  tryClient(): Promise<DaemonClient | undefined>;
  /** A connected client of this project's daemon, started if there is none, whatever the command may. */
  startDaemon(): Promise<DaemonClient>;
  /** A connection of its own, for what must outlast the daemon; see client/redial.ts. */
  connect(how: { readonly mayStart: boolean }): Promise<DaemonClient>;
}
