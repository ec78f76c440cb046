import { AppError } from "../../base/app_error.ts";
import { evaluateProgram, type EvaluationResult } from "../../platform/evaluate_program.ts";
import type { Source } from "../../project/import/find_source.ts";
import {
  type ImportedProject,
  type ImportOptions,
  importProject,
} from "../../project/import/import_project.ts";
import type { SourceFiles } from "../../project/import/source_files.ts";
import { toTextErrors } from "../../project/parse_tree.ts";
import type { CommandContext } from "../frame/command.ts";
import { writeNote } from "../frame/write.ts";

/** A file that says what is to be run needs no longer. */
const LONGEST_RUN_MS = 10_000;

/** Options of {@linkcode importSource}. */
export interface ImportSourceOptions {
  readonly files: SourceFiles;
  /** The path that editors find the JSON Schema by. */
  readonly schema?: string;
  /** What the project is called, where the source does not say it. */
  readonly name?: string;
  /** Which of several environments of the source. */
  readonly profile?: string | undefined;
  /** Which of its scripts. */
  readonly scripts?: readonly string[] | undefined;
  /** Whether a file that is a program may be run. */
  readonly mayEvaluate: boolean;
}

/** What a source comes to. @throws AppError `import.unreadable`, with all that is wrong in it */
export async function importSource(
  ctx: CommandContext,
  source: Source,
  { files, schema, name, profile, scripts, mayEvaluate }: ImportSourceOptions,
): Promise<ImportedProject> {
  const head = headOf(source.files.map((file) => file.name), schema);
  try {
    const evaluate = mayEvaluate ? evaluator(ctx, files.dir) : refuse;
    return await importProject(source, {
      ...{ files, env: ctx.env, head, name, profile, scripts, evaluate },
    });
  } catch (error) {
    const [file] = source.files;
    const lines = toTextErrors(error).map(({ reason, at: { line = 1, column = 1 } }) =>
      `${file.name}:${line}:${column}: ${reason}`
    );
    throw new AppError("import.unreadable", lines.join("\n"), { cause: error });
  }
}

/** Runs modules of JavaScript, and says so before. */
function evaluator(ctx: CommandContext, dir: string): ImportOptions["evaluate"] {
  const isWithin = dir === ctx.project.dir || dir.startsWith(`${ctx.project.dir}/`);
  const readable = isWithin ? ctx.project.dir : dir;
  let isTold = false;
  return async (path, variables) => {
    if (!isTold) {
      isTold = true;
      await writeNote(
        ctx,
        `running ${path} by node: it can read ${readable}, and write or start nothing`,
      );
    }
    const env = ctx.environment();
    const limit = { timeoutMs: LONGEST_RUN_MS, clock: ctx.clock };
    return await evaluateProgram(path, { readable, env, variables, ...limit });
  };
}

function refuse(): Promise<EvaluationResult> {
  return Promise.resolve({ why: "it is a program, which is not to be run" });
}

/** The remarks at the top of a project file that is made of these files. */
export function headOf(sources: readonly string[], schema: string | undefined): string[] {
  const from = sources.length === 0 ? "" : `, from ${sources.join(" and ")}`;
  return [
    ...schema === undefined ? [] : [`yaml-language-server: $schema=${schema}`],
    `What this project runs${from}. imp check looks it over; imp help check tells more.`,
  ];
}
