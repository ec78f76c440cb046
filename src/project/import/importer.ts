/**
 * `import/` makes imp.yaml of what other tools are told by: a file a tool, each with one `Importer`. Nothing of the source
 * is lost in silence: what an importer does not take is told by `SourceTable.finish()`, what it cannot carry over by
 * `Losses`, and what comes out of it is looked at once more in `settle_jobs.ts`.
 */
import type { EvaluationResult, VariableRule } from "../../platform/evaluate_program.ts";
import type { ReadEnv } from "../../platform/paths.ts";
import type { ImportKind } from "./import_kinds.ts";
import type { Losses } from "./losses.ts";
import type { SourceFile, SourceFiles } from "./source_files.ts";
import type { WrittenJob, WrittenProject } from "./written_job.ts";

/** What an importer reads. */
export interface ImportInput {
  /** The file that it was found by. */
  readonly file: SourceFile;
  /** All that are read as one, in order, the first of which is `file`. */
  readonly all: readonly SourceFile[];
  /** What else lies in the directory that the jobs run in. */
  readonly files: SourceFiles;
  readonly env: ReadEnv;
  /** The word that chooses among several environments, as pm2 has them. */
  readonly profile?: string | undefined;
  /** Which scripts are meant, of a file that has some. */
  readonly scripts?: readonly string[] | undefined;
  /** Who is told of what is not carried over. */
  readonly losses: Losses;
  /** What `file` exports, which is a module of JavaScript; see platform/evaluate_program.ts. */
  evaluate(variables: VariableRule): Promise<EvaluationResult>;
}

/** A job under the name that it has at the source, also where its dependencies name it. */
export interface ImportedJob {
  readonly name: string;
  readonly job: WrittenJob;
  /** What is to be known of it that is no loss, a line each. */
  readonly remarks?: readonly string[];
}

/** What the files of a tool come to. */
export interface Imported {
  readonly project?: WrittenProject;
  readonly jobs: readonly ImportedJob[];
  /** What is to be known of it that is no loss, a line each. */
  readonly remarks?: readonly string[];
}

/** How the files of one tool are told apart and read. */
export interface Importer {
  /** For `--from`. */
  readonly kind: ImportKind;
  /** Its files in a directory, from there, best first. */
  readonly names: readonly (string | RegExp)[];
  /** Whether there are scripts in it, of which some can be chosen. */
  readonly hasScripts?: boolean;
  /** Whether all of these are read as one; else the best of them alone. */
  readonly readsAll?: boolean;
  /** Whether a file with one of these names, or one that somebody points at, is of this tool. Quick, and never throws. */
  recognizes(file: SourceFile): boolean | Promise<boolean>;
  /** @throws TextError, or AggregateError of several, for what is no such file */
  read(input: ImportInput): Promise<Imported>;
}
