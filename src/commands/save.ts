import type { Command, CommandContext } from "./frame/command.ts";
import { JOB_EXIT_CODES } from "./frame/exit_code_texts.ts";
import { readJobs } from "./frame/job_operands.ts";
import { writeJson, writeLines } from "./frame/write.ts";
import { nameJob } from "./output/job_text.ts";
import type { SavedJobs } from "./project/save_jobs.ts";

/** `imp save`: jobs that were added by hand, from now on in the project's file. */
export const command: Command = {
  usage: ["save JOB… [--force] [--dry-run]"],
  description:
    "Writes jobs of imp run and imp add into the project's file, an imp.yaml where there is none: " +
    "what was given by hand and is not so anyway, nothing that is merely inherited. All else in the " +
    "file stays as it is, remarks and order, too. They are the project's from then on, and what " +
    "is up of them goes on. Of a variable that looks like a secret the file gets ${NAME}, not the value.",
  flags: [
    { name: "force", summary: "Write anew what the file has of these names" },
    { name: "dry-run", summary: "Only show what would be different in the file" },
  ],
  operands: "jobs",
  examples: [
    { command: "imp save api", what: "keep what was tried out" },
    { command: "imp save api worker --dry-run", what: "look before" },
  ],
  output:
    "One line a job: Saved job V3x (api) in imp.yaml. With --dry-run the lines that would be " +
    'different, as diff -u has them. With --json {"file","jobs":[{"id","name"}]}, with --dry-run ' +
    'also "text", what the file would be.',
  exitCodes: {
    0: "done",
    1: "the file cannot be written, or has no place for it",
    ...JOB_EXIT_CODES,
    2: "the file is wrong, a job has no name or a secret in it, or wrong usage",
    6: "the file has a job of this name, or was changed meanwhile",
  },
  async run(ctx, args) {
    const { jobs } = readJobs({ operands: args.operands, has: () => false }, "save");
    const isDry = args.has("dry-run");
    const { saveJobs } = await import("./project/save_jobs.ts");
    const saved = await saveJobs(ctx, jobs, { isDry, isForced: args.has("force") });
    if (ctx.json) await writeJson(ctx, toJson(saved, isDry));
    else if (isDry) await tellDry(ctx, saved);
    else if (!ctx.quiet) {
      const { draft } = saved;
      await writeLines(ctx, saved.jobs.map((job) => `Saved job ${nameJob(job)} in ${draft.name}`));
    }
    return 0;
  },
};

function toJson({ draft, jobs }: SavedJobs, isDry: boolean): unknown {
  return {
    file: draft.path,
    jobs: jobs.map(({ id, name }) => ({ id, name })),
    ...isDry && { text: draft.text },
  };
}

async function tellDry(ctx: CommandContext, { draft }: SavedJobs): Promise<void> {
  const { describeTextChanges } = await import("./output/text_changes.ts");
  const { escapeControl } = await import("../base/terminal_text.ts");
  const lines = describeTextChanges(draft.before, draft.text);
  const told = lines.length === 0
    ? [`Nothing would change in ${draft.name}`]
    : [`--- ${draft.name}`, `+++ ${draft.name}`, ...lines];
  await writeLines(ctx, told.map((line) => escapeControl(line, { allowColor: false })));
}
