import type { Surroundings } from "../../base/surroundings.ts";

/** How a command that was tried has ended. */
export interface TriedCommand {
  readonly code: number | null;
  readonly signal: string | null;
  /** The last line that it said on stderr. */
  readonly said: string;
  /** The end of what it printed on both streams. */
  readonly output: string;
}

/** A command to be tried. */
export type CommandToTry =
  & { readonly workdir: string | undefined }
  & ({ readonly command: readonly string[] } | { readonly script: string });

/** A command to be tried, and where the job is that it is tried for. */
export interface PlacedCommand {
  /** argv, or a text for `sh`. */
  readonly command: readonly string[] | { readonly script: string };
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly umask: number;
  readonly surroundings: Surroundings | undefined;
}

/** Runs a command, and ends it with all its processes when `signal` is aborted. */
export type TryCommand = (command: PlacedCommand, signal: AbortSignal) => Promise<TriedCommand>;

/** What has been written by a run since the last time it was asked; until it is disposed nothing is cut off before that. */
export interface RunOutput extends Disposable {
  /** Some lines; none: that is all for now. One that has no end yet comes again when it has grown. */
  next(): Promise<readonly string[]>;
}

/** What probes of one run need of the operating system; tests put a fake in its place. */
export interface ProbeWorld {
  /** The status that the server at `address` answers with. Rejects, in words for people, where none comes. */
  readonly askHttp: (url: string, address: string, signal: AbortSignal) => Promise<number>;
  /** Resolves when somebody accepts a connection; rejects in words for people. */
  readonly connectTcp: (host: string, port: number, signal: AbortSignal) => Promise<void>;
  /** Runs a command as the job is run, and ends it with all its processes when `signal` is aborted. */
  readonly runCommand: (command: CommandToTry, signal: AbortSignal) => Promise<TriedCommand>;
  /** The ports that processes of the run listen on. */
  readonly ports: () => readonly number[];
  readonly openOutput: () => RunOutput;
  /** The ports that the job declares. */
  readonly declaredPorts: readonly number[];
  /** Puts their numbers in the place of `${ports.NAME}`. */
  readonly fill: (text: string) => string;
  /** For how long the run has been there, in milliseconds. */
  readonly ageMs: () => number;
}
