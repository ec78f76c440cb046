import { AppError } from "../base/app_error.ts";
import { escapeLabel } from "../base/terminal_text.ts";
import type { Command, CommandContext } from "./frame/command.ts";
import type { ParsedArgs } from "./frame/parse_args.ts";
import { writeJson, writeLines, writeNote } from "./frame/write.ts";

/** `imp trust`: a yes to a project file that others can change. */
export const command: Command = {
  usage: ["trust [FILE] [--yes]", "trust --list", "trust --revoke [FILE]"],
  description:
    "A project file that is not yours or root's, or that others may change, is not run without your " +
    "yes. Shows what it would run, and asks. The yes is for what is in the file now, in what is laid " +
    "over it and in its files of variables: once one of them is different, it takes another. " +
    "What everybody on the machine may write to cannot be trusted.",
  flags: [
    { name: "yes", summary: "Do not ask" },
    { name: "list", summary: "Show what was said yes to, and whether it still holds" },
    { name: "revoke", summary: "Take the yes back; what is up goes on" },
  ],
  operands: "files",
  examples: [
    { command: "imp trust", what: "look at the project file here, and say yes or no" },
    { command: "imp trust --list", what: "what was said yes to" },
    { command: "imp trust --revoke /srv/shop/imp.yaml", what: "no more" },
  ],
  output: "What would be run, a line a job, and Trusted FILE. With --json (and --yes) one object " +
    '{"file","trusted","why","jobs":[{"name","command"}]}; with --list {"files":[{"file","state"}]}, ' +
    'state being "trusted", "changed", "gone" or "unsafe".',
  exitCodes: {
    0: "done, or nothing to do",
    1: "the answer was no",
    2: "the file is wrong, there is none, nobody can be asked, or wrong usage",
    77: "everybody may change it",
  },
  async run(ctx, args) {
    const chosen = ["yes", "list", "revoke"].filter((flag) => args.has(flag));
    if (chosen.length > 1) {
      throw new AppError("usage.conflict", `Either --${chosen[0]} or --${chosen[1]}, not both`);
    }
    if (args.has("list")) return await list(ctx, args);
    const { findFile, trustFile } = await import("./project/trust_file.ts");
    const file = await findFile(ctx, args.operands);
    if (args.has("revoke")) return await revoke(ctx, file);
    return await trustFile(ctx, file, { isAsking: !args.has("yes") });
  },
};

async function revoke(ctx: CommandContext, file: string): Promise<number> {
  const { removeTrustRecord } = await import("../platform/trust_records.ts");
  const was = removeTrustRecord(file, ctx.env);
  if (ctx.json) await writeJson(ctx, { file, trusted: false, why: null, jobs: [] });
  else if (!ctx.quiet) {
    const told = was ? "Trusted no more" : "There was no yes to";
    await ctx.stdout.write(`${told}: ${escapeLabel(file)}\n`);
  }
  if (was && ctx.project.agreedFile === file) {
    await writeNote(ctx, `what is up goes on; stop it with: imp --daemon-id ${ctx.daemonId} down`);
  }
  return 0;
}

async function list(ctx: CommandContext, args: ParsedArgs): Promise<number> {
  const { expectNoOperands } = await import("./frame/job_operands.ts");
  expectNoOperands(args, "trust --list");
  const { lookAtAgreements } = await import("./project/trust_file.ts");
  const files = await lookAtAgreements(ctx);
  if (ctx.json) await writeJson(ctx, { files });
  else await writeLines(ctx, files.map(({ file, state }) => `${escapeLabel(file)}: ${state}`));
  return 0;
}
