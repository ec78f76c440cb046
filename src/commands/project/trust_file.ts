import { AppError } from "../../base/app_error.ts";
import { escapeLabel } from "../../base/terminal_text.ts";
import { PROJECT_FILE_NAMES, whyFileDistrusted } from "../../platform/paths.ts";
import { readRegularFile } from "../../platform/read_regular_file.ts";
import {
  listTrustRecords,
  whyNeverTrusted,
  writeTrustRecord,
} from "../../platform/trust_records.ts";
import { realDirectory } from "../../platform/user_file.ts";
import type { ProjectPlan } from "../../project/project_plan.ts";
import type { CommandContext } from "../frame/command.ts";
import { describeTroubles, loadProjectFile } from "../frame/project_file.ts";
import { readStdin } from "../frame/own_stdin.ts";
import { resolveFrom } from "../frame/resolve_from.ts";
import { writeJson, writeLines } from "../frame/write.ts";
import { describePlanned } from "./describe_planned.ts";
import { changesSince, neverError, toTrustRecord } from "./agreement.ts";

const MOST_BYTES = 256 * 1_024;

/**
 * The project file that is named, or that of the project around us, by the path that it is found by.
 * @throws AppError `project.none`, `usage.*`
 */
export async function findFile(ctx: CommandContext, operands: readonly string[]): Promise<string> {
  const [given, extra] = operands;
  if (extra !== undefined) {
    throw new AppError("usage.unexpected_word", `imp trust takes one file, not also "${extra}"`);
  }
  if (given === undefined) return findAround(ctx);
  const path = resolveFrom(ctx, given);
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (!PROJECT_FILE_NAMES.some((each) => each === name)) {
    throw new AppError("usage.bad_file", `Not a project file: ${JSON.stringify(given)}`, {
      hint: `It is called one of ${PROJECT_FILE_NAMES.join(", ")}`,
    });
  }
  const dir = path.slice(0, path.lastIndexOf("/") + 1);
  // What is gone can still be taken back.
  const real = await realDirectory(dir) ?? dir.replace(/\/$/, "");
  return `${real === "/" ? "" : real}/${name}`;
}

function findAround({ project }: CommandContext): string {
  const file = project.agreedFile ?? project.distrusted?.[0]?.path ?? project.file;
  if (file !== undefined) return file;
  throw new AppError("project.none", "There is no project file here or above", {
    hint: "Name one: imp trust FILE",
  });
}

/** Shows what a file would run, and keeps the yes to it. Returns the exit code. */
export async function trustFile(
  ctx: CommandContext,
  file: string,
  { isAsking }: { readonly isAsking: boolean },
): Promise<number> {
  const why = whyFileDistrusted(file);
  const loaded = await loadProjectFile(ctx, { operands: [file] }, "trust");
  if (!("plan" in loaded)) {
    const lines = (await describeTroubles(loaded)).join("\n");
    throw new AppError("project.wrong", `Nobody can say what it runs:\n${lines}`);
  }
  const jobs = loaded.plan.jobs.map(({ name, command }) => ({ name, command }));
  if (why === undefined) {
    if (ctx.json) await writeJson(ctx, { file, trusted: true, why: null, jobs });
    else if (!ctx.quiet) {
      await ctx.stdout.write(`${escapeLabel(file)} needs no yes: it is yours, or root's\n`);
    }
    return 0;
  }
  const never = whyNeverTrusted(file);
  if (never !== undefined) throw neverError(file, never);
  if (!ctx.json && (isAsking || !ctx.quiet)) {
    const with_ = [...loaded.reads].filter(([path, bytes]) => path !== file && bytes !== undefined);
    await tell(ctx, loaded.plan, { why, beside: with_.map(([path]) => path) });
  }
  if (isAsking && !await asksYes(ctx)) return 1;
  // What was shown, and no byte that came since.
  writeTrustRecord(await toTrustRecord({ file, reads: loaded.reads }), ctx.env);
  if (ctx.json) await writeJson(ctx, { file, trusted: true, why, jobs });
  else if (!ctx.quiet) await ctx.stdout.write(`Trusted ${escapeLabel(file)}\n`);
  return 0;
}

async function tell(
  ctx: CommandContext,
  { file, dir, jobs }: ProjectPlan,
  { why, beside }: { readonly why: string; readonly beside: readonly string[] },
): Promise<void> {
  const lines = [
    `${escapeLabel(file)}: ${why}. It runs:`,
    ...jobs.flatMap((job) => describePlanned(job, dir)),
    ...beside.map((path) => `and was read with ${escapeLabel(path)}`),
  ];
  await writeLines(ctx, lines.map(escapeLabel));
}

/** @throws AppError `usage.no_terminal` where nobody can be asked */
async function asksYes(ctx: CommandContext): Promise<boolean> {
  if (ctx.json || !ctx.stdin.isTerminal || !ctx.stderr.isTerminal) {
    throw new AppError("usage.no_terminal", "There is no terminal to ask on", {
      hint: "Say yes to what is shown: imp trust --yes",
    });
  }
  await ctx.stderr.write("Trust it, as it is now? [y/N] ");
  let answer = "";
  const decoder = new TextDecoder();
  for await (const bytes of readStdin(ctx)) {
    answer += decoder.decode(bytes, { stream: true });
    if (answer.includes("\n")) break;
  }
  return /^\s*y(es)?\s*$/i.test(answer.split("\n")[0]!);
}

/** A yes, and whether it still holds. */
export interface Agreement {
  readonly file: string;
  readonly state: "trusted" | "changed" | "gone" | "unsafe";
}

/** Every yes of the user. */
export async function lookAtAgreements(ctx: CommandContext): Promise<Agreement[]> {
  return await Promise.all(
    listTrustRecords(ctx.env).map(async (record): Promise<Agreement> => {
      const file = record[0]!.path;
      const reads = new Map(record.map(({ path }) => {
        const content = readRegularFile(path, MOST_BYTES);
        return [path, content.state === "read" ? content.bytes : undefined];
      }));
      if (reads.get(file) === undefined) return { file, state: "gone" };
      if (whyNeverTrusted(file) !== undefined) return { file, state: "unsafe" };
      const changed = changesSince(record, await toTrustRecord({ file, reads }));
      return { file, state: changed.length === 0 ? "trusted" : "changed" };
    }),
  );
}
