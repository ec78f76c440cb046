import { fileExists } from "../platform/remove_file.ts";
import type { ReplyOf, Survivor } from "../protocol/request.ts";
import type { Command, CommandContext } from "./command.ts";
import { DAEMON_EXIT_CODES } from "./exit_code_texts.ts";
import { expectNoOperands } from "./job_operands.ts";
import { livingContext } from "./living_context.ts";
import { countOf } from "./output/count_of.ts";
import { withProgress } from "./output/progress.ts";
import { writeSurvivors } from "./output/survivor_text.ts";
import { writeJson, writeNote } from "./output/write.ts";
import { waitForDaemonEnd } from "./wait_for_daemon_end.ts";

/** `imp nuke`: nothing of imp is left in the project. */
export const command: Command = {
  usage: ["nuke"],
  description: "Stops every job with everything it started, removes jobs, logs and state of this " +
    "project, and shuts the daemon down.",
  flags: [],
  examples: [{ command: "imp nuke", what: "as if imp had never been here" }],
  output: 'One line: Stopped 2 jobs, removed 5. With --json {"stopped":2,"removed":5}.',
  exitCodes: { 0: "nothing is left", 1: "something is still there", ...DAEMON_EXIT_CODES },
  async run(given, args) {
    expectNoOperands(args, "nuke");
    const ctx = await livingContext(given);
    const { client: running } = await ctx.source();
    if (running === undefined && !hasFiles(ctx)) return await tellDone(ctx, NOTHING);
    const client = running ?? await ctx.client();
    const request = client.request("nuke", {});
    const reply = await withProgress(ctx, "Stopping and removing everything…", request);
    const { survivors } = reply;
    const gone = survivors === undefined && await waitForDaemonEnd(ctx, client);
    await tellDone(ctx, reply);
    if (survivors !== undefined) await tellRest(ctx, survivors);
    else if (!gone) await writeNote(ctx, `The daemon (pid ${client.hello.pid}) is still there`);
    return gone ? 0 : 1;
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

async function tellDone(ctx: CommandContext, reply: ReplyOf<"nuke">): Promise<number> {
  if (ctx.json) await writeJson(ctx, reply);
  else if (!ctx.quiet) {
    await ctx.stdout.write(`Stopped ${countOf(reply.stopped, "job")}, removed ${reply.removed}\n`);
  }
  return 0;
}
