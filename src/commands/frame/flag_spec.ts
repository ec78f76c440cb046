/** What a value or an operand is, so that the shell can complete it. */
export type Completion =
  | "jobs"
  | "a job and runs"
  | "jobs and groups"
  | "declared jobs and groups"
  | "signals"
  | "signals and jobs"
  | "daemons"
  | "runs"
  | "files"
  | "directories"
  | "commands"
  | "imp commands"
  | readonly string[];

/** One flag, as the parser, the help and the shell completions read it. */
export interface FlagSpec {
  /** Long name without its dashes. */
  readonly name: string;
  readonly short?: string;
  /** Placeholder of the value in the help, such as `DIR`; a flag without it is a switch. */
  readonly value?: string;
  /** Its value may be left out; the next word is one only if it is a duration. */
  readonly mayStandAlone?: boolean;
  readonly repeat?: boolean;
  readonly summary: string;
  readonly complete?: Completion;
}
