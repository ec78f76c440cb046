import type { Command } from "./frame/command.ts";
import { expectNoOperands } from "./frame/job_operands.ts";

/** `imp mcp`: the jobs as tools of a model. */
export const command: Command = {
  usage: ["mcp"],
  description:
    "Serves the Model Context Protocol on stdin and stdout, for a coding agent that starts it: " +
    "seven tools (imp_status, imp_up, imp_run, imp_logs, imp_wait, imp_start, imp_stop) that do " +
    "what the commands do, answer within a budget of bytes and take 50s at most. Each takes cwd, " +
    "which chooses the project and its daemon. Knows the revision 2026-07-28 with tasks, whose " +
    "ids are those of runs, and sessions of 2025-11-25 and older. It ends with its stdin; the " +
    "jobs go on. Nothing is removed through it, no value of an environment is told, and jobs with " +
    "confirm: true are not started. What a project file runs is shown once before imp_up runs it.",
  flags: [],
  examples: [
    { command: "claude mcp add imp -- imp mcp", what: "let an agent start it" },
    { command: "imp mcp < requests.jsonl", what: "by hand, one message a line" },
  ],
  output: "One message of JSON-RPC 2.0 a line, and nothing else.",
  exitCodes: {
    0: "its stdin has ended",
    2: "wrong usage",
    130: "Ctrl+C",
    141: "nobody reads its stdout any more",
  },
  async run(ctx, args) {
    expectNoOperands(args, "mcp");
    const { serveMcp } = await import("./mcp/serve_mcp.ts");
    await serveMcp(ctx, args.value("daemon-id"));
    return 0;
  },
};
