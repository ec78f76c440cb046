/**
 * `project/export/` writes the jobs of a project as files of other tools, a file of code each: what is declared, resolved,
 * to text. It is pure and writes no file. What a tool has no word for is told as a loss, in the text and beside it, and
 * never left out in silence.
 */

/** A file of another tool. */
export interface ExportedFile {
  /** Without a directory. */
  readonly name: string;
  readonly text: string;
}

/** Something that is declared and that the other tool does not do. */
export interface Loss {
  /** Undefined for what is of all jobs. */
  readonly job: string | undefined;
  /** `watch: src/**`; one line. */
  readonly what: string;
}

/** A project as another tool has it. */
export interface Exported {
  readonly files: readonly [ExportedFile, ...ExportedFile[]];
  readonly losses: readonly Loss[];
}
