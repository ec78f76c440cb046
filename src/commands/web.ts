import { AppError } from "../base/app_error.ts";
import type { Command } from "./frame/command.ts";
import { DAEMON_EXIT_CODES } from "./frame/exit_code_texts.ts";
import { expectNoOperands } from "./frame/job_operands.ts";
import type { ParsedArgs } from "./frame/parse_args.ts";

/** `imp web`: the page. */
export const command: Command = {
  usage: ["web [--port N] [--open]"],
  description:
    "Serves a page with the jobs of all your projects, what they print, and what they use, on " +
    "127.0.0.1, until Ctrl+C; the jobs go on. It starts, stops, restarts and signals them. The link " +
    "that it prints opens the page in one browser; when it was used, the next one is printed. " +
    "As a job it lasts: imp add --name page -- imp web, then imp logs page.",
  flags: [
    { name: "port", value: "N", summary: "Listen on this port instead of any that is free" },
    { name: "open", summary: "Open the page in your browser" },
  ],
  examples: [
    { command: "imp web", what: "print a link to the page" },
    { command: "imp web --open", what: "and open it" },
    { command: "imp add --name page -- imp web --port 7007", what: "for as long as you want" },
  ],
  output:
    "A line with the link, and one with the next link when it was used. With --json lines of " +
    '{"type":"link","url","port","daemon_id"}.',
  exitCodes: { ...DAEMON_EXIT_CODES, 6: "the port is taken", 130: "ended with Ctrl+C" },
  async run(ctx, args) {
    expectNoOperands(args, "web");
    const port = readPort(args);
    const { servePage } = await import("./web/serve_page.ts");
    return await servePage(ctx, { port, opens: args.has("open") });
  },
};

function readPort(args: ParsedArgs): number {
  const port = args.count("port") ?? 0;
  if (port <= 65_535) return port;
  throw new AppError("usage.bad_port", `Not a port: ${port}`, { hint: "Give one up to 65535" });
}
