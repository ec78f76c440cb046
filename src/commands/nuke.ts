import { fileExists } from "../platform/remove_file.ts";
import type { Survivor } from "../protocol/process_view.ts";
import type { ReplyOf } from "../protocol/request.ts";
import type { Command, CommandContext } from "./frame/command.ts";
import { DAEMON_EXIT_CODES } from "./frame/exit_code_texts.ts";
import { expectNoOperands } from "./frame/job_operands.ts";
import { livingContext } from "./frame/living_context.ts";
import { countOf } from "./output/count_of.ts";
import { withProgress } from "./output/progress.ts";
import { writeSurvivors } from "./output/survivor_text.ts";
import { writeJson, writeLines, writeNote } from "./frame/write.ts";
import { watchDaemonEnd } from "../client/watch_daemon_end.ts";

/** `imp nuke`: nothing of imp is left in the project. */
export const command: Command = {
  usage: ["nuke"],
  description: "Stops every job with everything it started, removes jobs, logs and state of this " +
    "project, and shuts the daemon down. A service that imp enable made is removed, too.",
  flags: [],
  examples: [{ command: "imp nuke", what: "as if imp had never been here" }],
  output: 'One line: Stopped 2 jobs, removed 5. With --json {"stopped_count":2,"removed_count":5,' +
    '"survivors":[…],"services_removed":[…]}.',
  exitCodes: { 0: "nothing is left", 1: "something is still there", ...DAEMON_EXIT_CODES },
  async run(given, args) {
    expectNoOperands(args, "nuke");
    const ctx = await livingContext(given);
    const { client: running } = await ctx.source();
    if (running === undefined && !hasFiles(ctx)) return await tellDone(ctx, NOTHING, true);
    const client = running ?? await ctx.client();
    const isGone = watchDaemonEnd(ctx, client);
    const request = client.request("nuke", {});
    const reply = await withProgress(ctx, "Stopping and removing everything…", request);
    const { survivors } = reply;
    const gone = survivors === undefined && await isGone();
    const code = await tellDone(ctx, reply, gone);
    if (survivors !== undefined) await tellRest(ctx, survivors);
    else if (!gone) await writeNote(ctx, `The daemon (pid ${client.hello.pid}) is still there`);
    return gone ? code : 1;
  },
};

async function tellRest(ctx: CommandContext, survivors: readonly Survivor[]): Promise<void> {
  if (!ctx.json) await writeSurvivors(ctx, survivors);
  await writeNote(ctx, "The daemon stays to watch what is left; try again once that has ended");
}

/** What has never been here, or is gone already. */
const NOTHING: ReplyOf<"nuke"> = { stopped: 0, removed: 0 };

function hasFiles({ paths }: CommandContext): boolean {
  return fileExists(paths.stateDir) || fileExists(paths.runtimeDir);
}

/** Says what was done; with the daemon gone, its services go, too. */
async function tellDone(
  ctx: CommandContext,
  reply: ReplyOf<"nuke">,
  isGone: boolean,
): Promise<number> {
  // Few have a service.
  const { removeServices } = await import("./frame/remove_services.ts");
  const { removed, left } = isGone ? await removeServices(ctx) : { removed: [], left: [] };
  if (ctx.json) {
    const { stopped: stopped_count, removed: removed_count, survivors = [] } = reply;
    await writeJson(ctx, { stopped_count, removed_count, survivors, services_removed: removed });
  } else if (!ctx.quiet) {
    await writeLines(ctx, [
      `Stopped ${countOf(reply.stopped, "job")}, removed ${reply.removed}`,
      ...removed.map((name) => `Disabled and removed ${name}, which would have brought it back`),
    ]);
  }
  for (const note of left) await writeNote(ctx, note);
  return left.length === 0 ? 0 : 1;
}
