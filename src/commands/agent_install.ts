import { AppError } from "../base/app_error.ts";
import { findNearest } from "../base/nearest.ts";
import { AGENT_NAMES, agentFile, type AgentName } from "./agent/agent_files.ts";
import type { Command, CommandContext } from "./frame/command.ts";
import type { ParsedArgs } from "./frame/parse_args.ts";
import { writeJson } from "./frame/write.ts";

/** `imp agent install`: tells a coding agent of `imp mcp`. */
export const command: Command = {
  usage: [`agent install ${AGENT_NAMES.join("|")} [--project | --user] [--force] [--print]`],
  description:
    "Names imp mcp in the settings of a coding agent, those of this project or, with --user, " +
    "yours. All else in the file stays as it is, remarks and order, too. What is there already is " +
    "left alone; another server called imp only with --force.",
  flags: [
    { name: "project", summary: "In the file of this project (default)" },
    { name: "user", summary: "In your own file, for all projects" },
    { name: "force", summary: "In place of another server called imp" },
    { name: "print", summary: "Write nothing; print what the file would be" },
  ],
  operands: AGENT_NAMES,
  examples: [
    { command: "imp agent install claude", what: "in .mcp.json of this project" },
    { command: "imp agent install codex --user", what: "in ~/.codex/config.toml" },
  ],
  output: "One line: Added imp to .mcp.json. With --print the text of the file. With --json " +
    '{"file","action"}, with --print also "text"; "action" is created, changed or unchanged.',
  exitCodes: {
    0: "it is there",
    1: "the file cannot be written, or has no place for it",
    2: "the file is wrong, or wrong usage",
    6: "there is another server called imp, or the file was changed meanwhile",
  },
  async run(ctx, args) {
    const agent = readAgent(args);
    const { path, server } = agentFile(agent, placeOf(ctx, args));
    const isDry = args.has("print");
    const { installServer } = await import("./agent/install_server.ts");
    const { action, text } = await installServer(path, server, {
      isForced: args.has("force"),
      isDry,
    });
    if (ctx.json) await writeJson(ctx, { file: path, action, ...isDry && { text } });
    else if (isDry) await ctx.stdout.write(text);
    else if (!ctx.quiet) {
      await ctx.stdout.write(
        action === "unchanged" ? `imp is in ${path} already\n` : `Added imp to ${path}\n`,
      );
    }
    return 0;
  },
};

/** @throws AppError `usage.unknown_agent`, `usage.unexpected_word` */
function readAgent({ operands: [agent, extra] }: ParsedArgs): AgentName {
  if (extra !== undefined) {
    throw new AppError(
      "usage.unexpected_word",
      `imp agent install takes one agent, not "${extra}"`,
    );
  }
  const known = AGENT_NAMES.find((name) => name === agent);
  if (known !== undefined) return known;
  const meant = agent === undefined ? undefined : findNearest(agent, AGENT_NAMES);
  throw new AppError(
    "usage.unknown_agent",
    agent === undefined ? "Which agent?" : `imp knows no agent ${JSON.stringify(agent)}`,
    {
      hint: meant === undefined
        ? `One of ${AGENT_NAMES.join(", ")}`
        : `Did you mean: imp agent install ${meant}`,
    },
  );
}

/** @throws AppError `usage.conflict`, `usage.no_home` */
function placeOf(ctx: CommandContext, args: ParsedArgs) {
  if (!args.has("user")) return { scope: "project" as const, dir: ctx.project.dir };
  if (args.has("project")) {
    throw new AppError("usage.conflict", "Either --project or --user, not both");
  }
  const home = ctx.env("HOME");
  if (home?.startsWith("/")) return { scope: "user" as const, dir: home };
  throw new AppError("usage.no_home", "There is no home directory: HOME is not set");
}
