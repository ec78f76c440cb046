import type { EvaluationResult, VariableRule } from "../../platform/evaluate_program.ts";
import { TextError } from "../../config/parse_text.ts";
import type { ReadEnv } from "../../platform/paths.ts";
import { MOST_PROJECT_BYTES } from "../project_text.ts";
import type { Source } from "./find_source.ts";
import { type ImpYamlContent, writeImpYaml } from "./imp_yaml.ts";
import { type Loss, Losses, oneLine } from "./losses.ts";
import type { SourceFiles } from "./source_files.ts";
import { withoutCycles } from "./without_cycles.ts";

/** More than anybody reads. */
const MOST_JOBS = 2_000;

/** What a source comes to. */
export interface ImportedProject {
  /** The text of an imp.yaml. */
  readonly yaml: string;
  /** The names of its jobs. */
  readonly jobs: readonly string[];
  readonly losses: readonly Loss[];
  /** More than are listed, where there are very many. */
  readonly lossCount: number;
}

/** Options of {@linkcode importProject}. */
export interface ImportOptions {
  readonly files: SourceFiles;
  readonly env: ReadEnv;
  /** Which of several environments of the source. */
  readonly profile?: string | undefined;
  /** Which of its scripts, in place of those that go on. @throws by them TextError for one that is not there */
  readonly scripts?: readonly string[] | undefined;
  /** What a module of JavaScript exports. */
  readonly evaluate: (path: string, variables: VariableRule) => Promise<EvaluationResult>;
  /** Lines of remarks at the top of the text, without their `#`. */
  readonly head: readonly string[];
  /** The project's name, where the source has none. */
  readonly name?: string | undefined;
}

/** Makes an imp.yaml of what another tool is told by. @throws TextError, or AggregateError of several */
export async function importProject(
  { importer, files: all }: Source,
  { files, env, head, name, profile, scripts, evaluate }: ImportOptions,
): Promise<ImportedProject> {
  const losses = new Losses();
  const [file] = all;
  // zod, which nobody needs who imports nothing.
  const { settleJobs, settleProject } = await import("./settle_jobs.ts");
  const imported = await importer.read({
    ...{ file, all, files, env, profile, scripts, losses },
    evaluate: (variables) => evaluate(file.path, variables),
  });
  if (imported.jobs.length > MOST_JOBS) throw new TextError(`it has more than ${MOST_JOBS} jobs`);
  const settling = { file: file.name, losses };
  const jobs = withoutCycles(settleJobs(imported.jobs, settling), settling);
  const project = settleProject({ name, ...imported.project }, settling);
  const remarks = imported.remarks ?? [];
  const content: ImpYamlContent = {
    head: [...head, ...remarks.map(oneLine)],
    project,
    jobs,
    losses: losses.all,
  };
  const yaml = writeImpYaml(content);
  if (new TextEncoder().encode(yaml).length > MOST_PROJECT_BYTES) {
    throw new TextError(`what comes of it is larger than ${MOST_PROJECT_BYTES / 1_024} KiB`);
  }
  return {
    yaml,
    jobs: jobs.map((job) => job.name),
    losses: losses.all,
    lossCount: losses.count,
  };
}
