import { formatDuration } from "../base/duration.ts";
import type { Command } from "./frame/command.ts";
import { expectNoOperands } from "./frame/job_operands.ts";
import { findDaemons, type KnownDaemon } from "./frame/known_daemons.ts";
import type { Cell } from "./output/table.ts";
import { renderTable } from "./output/table.ts";
import { writeJson, writeLines } from "./frame/write.ts";

/** `imp daemon list`: every daemon of this user. */
export const command: Command = {
  usage: ["daemon list"],
  description: "Lists the daemons of this user, one for each project, and those that have left " +
    "their state.",
  flags: [],
  examples: [{ command: "imp daemon list", what: "which projects have one" }],
  output:
    "A table with id, state, pid, version and uptime; with -q the ids of those that run. With " +
    '--json {"daemons":[{"daemon_id","running","pid","version","started_at","socket_path","state_dir"}]}.',
  exitCodes: { 0: "done", 2: "wrong usage" },
  async run(ctx, args) {
    expectNoOperands(args, "daemon list");
    const daemons = (await findDaemons(ctx)).map(({ daemon }) => daemon);
    if (ctx.json) await writeJson(ctx, { daemons });
    else if (ctx.quiet) {
      await writeLines(ctx, daemons.filter((each) => each.running).map((each) => each.daemon_id));
    } else if (daemons.length === 0) await ctx.stdout.write("No daemons\n");
    else {
      await writeLines(
        ctx,
        await renderTable({
          columns: [
            { title: "DAEMON", most: 32, least: 12 },
            { title: "STATE" },
            { title: "PID", align: "right", dropped: 2 },
            { title: "VERSION", dropped: 1 },
            { title: "UP", align: "right", dropped: 3 },
            { title: "FILES" },
          ],
          rows: daemons.map((daemon) => toCells(daemon, ctx.clock.now())),
          width: ctx.stdout.isTerminal ? ctx.stdout.columns : undefined,
          color: ctx.color,
        }),
      );
    }
    return 0;
  },
};

function toCells(daemon: KnownDaemon, nowMs: number): Cell[] {
  const startedAtMs = Date.parse(daemon.started_at ?? "");
  const isKnown = daemon.running && !Number.isNaN(startedAtMs);
  return [
    { text: daemon.daemon_id, tone: "bold" },
    daemon.running ? { text: "running", tone: "good" } : { text: "not running", tone: "dim" },
    { text: daemon.pid === null ? "-" : String(daemon.pid) },
    { text: daemon.version ?? "-" },
    { text: isKnown ? formatDuration(nowMs - startedAtMs) : "-" },
    { text: daemon.state_dir },
  ];
}
