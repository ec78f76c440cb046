import type { Command } from "./frame/command.ts";
import { requireClient } from "./daemon_stop.ts";
import { DAEMON_EXIT_CODES } from "./frame/exit_code_texts.ts";
import { expectNoOperands } from "./frame/job_operands.ts";
import type { AppliedJob } from "../protocol/reply.ts";
import { writeJson, writeLines, writeNote } from "./frame/write.ts";

/** `imp reload`: the daemon reads its settings again. */
export const command: Command = {
  usage: ["reload"],
  description:
    "Makes the daemon read its settings again, as SIGHUP does: from the files that are there " +
    "now. When they are wrong the old ones stay. Jobs of the project that are up become what its " +
    "file says: at once, or by a restart where that takes one. What is down stays so.",
  flags: [],
  examples: [{ command: "imp reload", what: "after a change of imp.yaml or config.yaml" }],
  output: 'One line. With --json {"changed":[…],"needs_restart":[…],"notes":[…]}, with ' +
    'the "jobs" of the project and what becomes of each.',
  exitCodes: {
    0: "done",
    ...DAEMON_EXIT_CODES,
    2: "the settings or the project file are wrong",
    3: "none is running",
  },
  async run(ctx, args) {
    expectNoOperands(args, "reload");
    const client = await requireClient(ctx);
    const reply = await client.request("reload", {});
    const { reloadProject } = await import("./project/reload_project.ts");
    const jobs = await reloadProject(ctx, client);
    if (ctx.json) {
      const { toAppliedJson } = await import("./project/applied_json.ts");
      const { changed, needs_restart, notes = [] } = reply;
      await writeJson(ctx, { changed, needs_restart, notes, jobs: toAppliedJson(jobs ?? []) });
    } else if (!ctx.quiet) {
      await ctx.stdout.write(
        reply.changed.length === 0
          ? "Read the settings again: nothing changed\n"
          : `Read the settings again: ${reply.changed.join(", ")} changed\n`,
      );
    }
    if (jobs !== undefined && !ctx.json && !ctx.quiet) {
      await writeLines(ctx, jobs.flatMap(describeReload));
    }
    for (const note of reply.notes ?? []) await writeNote(ctx, note);
    if (reply.needs_restart.length > 0) {
      await writeNote(
        ctx,
        `${reply.needs_restart.join(", ")}: takes effect with imp daemon restart`,
      );
    }
    return 0;
  },
};

/** What becomes of a job of the project; nothing of one that is as it was. */
function describeReload({ name, action, changed }: AppliedJob): string[] {
  const keys = changed.length === 0 ? "" : `: ${changed.join(", ")}`;
  if (action === "restart") return [`Restarting ${name}${keys}`];
  return action === "keep" && changed.length > 0 ? [`Changed ${name}${keys}`] : [];
}
