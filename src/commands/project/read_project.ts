import { AppError } from "../../base/app_error.ts";
import type { RightProject } from "../../project/load_project.ts";
import type { ProjectPlan } from "../../project/project_plan.ts";
import type { CommandContext } from "../frame/command.ts";
import type { ParsedArgs } from "../frame/parse_args.ts";
import { writeNote } from "../frame/write.ts";
import { countOf } from "../output/count_of.ts";
import { describeTroubles, loadProjectFile } from "../frame/project_file.ts";

/**
 * What the file that is named declares, else that of the project around us, else its Procfile.
 * @throws AppError `project.none`; `project.wrong`, when all that is wrong has been told on stderr
 */
export async function readProject(
  ctx: CommandContext,
  verb: string,
  args: Pick<ParsedArgs, "operands"> = { operands: [] },
): Promise<ProjectPlan> {
  return (await loadRightProject(ctx, verb, args)).plan;
}

/**
 * What the project around us declares, to be run: what others can change only as the user said yes to it.
 * @throws AppError as {@linkcode readProject}, `project.untrusted`
 */
export async function readProjectToRun(ctx: CommandContext, verb: string): Promise<ProjectPlan> {
  const { plan, reads } = await loadRightProject(ctx, verb);
  if (plan.file === ctx.project.agreedFile) {
    const { expectAgreed } = await import("./agreement.ts");
    await expectAgreed(ctx, { file: plan.file, reads });
  }
  return plan;
}

/** The same with all that was read for it. @throws AppError as {@linkcode readProject} */
export async function loadRightProject(
  ctx: CommandContext,
  verb: string,
  args: Pick<ParsedArgs, "operands"> = { operands: [] },
): Promise<RightProject> {
  const loaded = await loadProjectFile(ctx, args, verb);
  if ("lossCount" in loaded && loaded.lossCount > 0) {
    const lost = countOf(loaded.lossCount, "thing");
    await writeNote(ctx, `${lost} of ${loaded.files[0]} not carried over: imp import tells which`);
  }
  if ("plan" in loaded) return loaded;
  const lines = await describeTroubles(loaded);
  if (ctx.json) {
    throw new AppError("project.wrong", lines.join("\n"), { hint: "See imp check --json" });
  }
  await ctx.stderr.write(`${lines.join("\n")}\n`);
  throw new AppError("project.wrong", `Nothing is done: ${loaded.files.join(" and ")} is wrong`, {
    hint: "imp check tells when it is right",
  });
}
