import { AppError } from "../../base/app_error.ts";
import { sha256Of } from "../../base/sha256_of.ts";
import { escapeLabel } from "../../base/terminal_text.ts";
import type { ToolAnswer } from "../../mcp/tool_box.ts";
import { readTrustRecord, type TrustRecord } from "../../platform/trust_record.ts";
import { whyNeverTrusted, writeTrustRecord } from "../../platform/trust_records.ts";
import type { RightProject } from "../../project/load_project.ts";
import { formatDeclared } from "../output/format_command.ts";
import { changesSince, neverError, toTrustRecord } from "../project/agreement.ts";
import { describePlanned } from "../project/describe_planned.ts";
import { loadRightProject } from "../project/read_project.ts";
import type { CallContext } from "./call_context.ts";

/** A project that may be run, or what is to be said yes to first. */
export type Agreement = { readonly project: RightProject } | { readonly answer: ToolAnswer };

const DIGEST_LENGTH = 32;

/**
 * What the project around a call declares. Whoever speaks through a model has not typed the command: what is run is
 * shown once, and `confirm` is the yes to just that. It is kept as that of `imp trust` is, and holds as long as no byte
 * of what was read changes.
 * @throws AppError as the command `up`
 */
export async function agreeOnProject(
  ctx: CallContext,
  confirm: string | undefined,
): Promise<Agreement> {
  const project = await loadAround(ctx);
  const { file } = project.plan;
  const never = file === ctx.project.file ? undefined : whyNeverTrusted(file);
  if (never !== undefined) throw neverError(file, never);
  const record = await toTrustRecord({ file, reads: project.reads });
  const agreed = readTrustRecord(file, ctx.env) ?? [];
  if (changesSince(agreed, record).length === 0) return { project };
  const digest = await digestOf(record);
  if (confirm !== digest) return { answer: toQuestion(project, { digest, isStale: !!confirm }) };
  writeTrustRecord(record, ctx.env);
  return { project };
}

/** Also the file that only a yes makes count. */
async function loadAround(ctx: CallContext): Promise<RightProject> {
  const { file, agreedFile, distrusted = [] } = ctx.project;
  const path = file ?? agreedFile ?? distrusted[0]?.path;
  // Then all that is wrong with it is in the error.
  const inJson: CallContext = Object.create(ctx, { json: { value: true } });
  return await loadRightProject(inJson, "up", { operands: path === undefined ? [] : [path] });
}

async function digestOf(record: TrustRecord): Promise<string> {
  const lines = record.map(({ path, digest }) => `${digest}  ${path}\n`);
  return (await sha256Of(lines.join(""))).slice(0, DIGEST_LENGTH);
}

function toQuestion(
  { plan: { file, dir, jobs } }: RightProject,
  { digest, isStale }: { readonly digest: string; readonly isStale: boolean },
): ToolAnswer {
  const why = isStale ? "is not what was confirmed" : "has not been confirmed";
  const error = new AppError("project.untrusted", `What ${file} runs ${why}`, {
    hint: `If that is what is wanted, call imp_up again with confirm: "${digest}"`,
  }).toShape();
  const text = [
    `${error.code}: ${escapeLabel(error.message)}:`,
    ...jobs.flatMap((job) => describePlanned(job, dir)),
    `hint: ${error.hint}`,
  ].join("\n");
  const told = jobs.map(({ name, command }) => ({ name, command: formatDeclared(command) }));
  return { text, data: { error, file, digest, jobs: told }, isError: true };
}
