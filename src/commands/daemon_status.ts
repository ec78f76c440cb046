import { formatDuration } from "../base/duration.ts";
import { escapeLabel } from "../base/terminal_text.ts";
import type { StatusSnapshot } from "../protocol/snapshot.ts";
import type { Command } from "./frame/command.ts";
import { requireClient } from "./daemon_stop.ts";
import { expectNoOperands } from "./frame/job_operands.ts";
import { toDaemonJson } from "./output/daemon_json.ts";
import { formatBytes } from "./output/format_bytes.ts";
import { writeJson, writeLines, writeNote } from "./frame/write.ts";

/** `imp daemon status`: how the daemon is. */
export const command: Command = {
  usage: ["daemon status"],
  description:
    "Shows the daemon's pid, versions, memory, clients, running execs and how often each " +
    "limit was hit. Never starts one.",
  flags: [],
  examples: [
    { command: "imp daemon status", what: "is it well" },
    { command: "imp daemon status -q && echo up", what: "for scripts" },
  ],
  output: "Lines of a name and a value; nothing with -q. With --json one object.",
  exitCodes: {
    0: "it is running",
    2: "wrong usage",
    3: "none is running",
    69: "it does not answer",
  },
  async run(ctx, args) {
    expectNoOperands(args, "daemon status");
    const client = await requireClient(ctx);
    const snapshot = await client.request("status", {});
    if (ctx.json) {
      await writeJson(ctx, { ...toDaemonJson(snapshot.daemon), counts: snapshot.counts });
    } else if (!ctx.quiet) {
      const facts = Object.entries(toFacts(snapshot));
      const longest = Math.max(...facts.map(([name]) => name.length));
      await writeLines(
        ctx,
        facts.map(([name, value]) => `${name.padEnd(longest)}  ${escapeLabel(value)}`),
      );
      for (const notice of snapshot.daemon.notices ?? []) await writeNote(ctx, notice);
    }
    return 0;
  },
};

function toFacts({ daemon, jobs }: StatusSnapshot): Record<string, string> {
  const { counters } = daemon;
  return {
    "id": daemon.id,
    "pid": String(daemon.pid),
    "version": `${daemon.version} (build ${daemon.build}, protocol ${daemon.protocol})`,
    "up": formatDuration(daemon.uptime_s * 1_000),
    "memory": formatBytes(daemon.rss_bytes),
    "jobs": String(jobs.length),
    "clients": String(daemon.clients),
    "execs": String(daemon.execs),
    ...Object.fromEntries(
      (daemon.running_execs ?? []).map(({ id, command }) => [`  ${id}`, command.join(" ")]),
    ),
    "events so far": String(daemon.seq),
    "event loop lag": `${daemon.event_loop_lag_ms}ms`,
    "requests": `${counters.requests}, rejected ${counters.rejected_requests}`,
    "connections": `${counters.connections}, rejected ${counters.rejected_connections}`,
    "dropped events": String(counters.dropped_events),
    "traffic": `${formatBytes(counters.bytes_in)} in, ${formatBytes(counters.bytes_out)} out`,
    "socket": daemon.socket_path,
    "state": daemon.state_dir,
    "log": daemon.log_path ?? "none",
    "service": daemon.service ?? "none",
  };
}
