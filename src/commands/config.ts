import type { ReplyOf } from "../protocol/request.ts";
import type { Command, CommandContext } from "./frame/command.ts";
import { expectNoOperands } from "./frame/job_operands.ts";
import { renderTable } from "./output/table.ts";
import { writeJson, writeLines, writeNote } from "./frame/write.ts";

/** A setting in force and where it came from. */
interface ShownSetting {
  readonly name: string;
  readonly value: unknown;
  readonly source: string;
}

/** `imp config`: the settings, and who set them. */
export const command: Command = {
  usage: ["config"],
  description:
    "Shows every setting with its value and the file it came from: those in force in the " +
    "daemon, or, when none is running, those that one would start with.",
  flags: [],
  examples: [
    { command: "imp config", what: "all settings" },
    { command: "imp config --json | jq -r '.settings[].name'", what: "their names" },
  ],
  output: "A table of name, value and source. With --json files, in_force, settings and notes.",
  exitCodes: { 0: "done", 2: "wrong usage, or a settings file that is wrong" },
  async run(ctx, args) {
    expectNoOperands(args, "config");
    const { settingsPaths } = await import("../platform/paths.ts");
    const files = settingsPaths(ctx.env, ctx.project.file);
    const client = await ctx.tryClient();
    const { settings, notes } = client ? await client.request("settings", {}) : await read(ctx);
    const inForce = { in_force: client !== undefined };
    if (ctx.json) await writeJson(ctx, { files, ...inForce, settings, notes: notes ?? [] });
    else await writeLines(ctx, await renderSettings(ctx, settings));
    for (const note of notes ?? []) await writeNote(ctx, note);
    return 0;
  },
};

async function read(ctx: CommandContext): Promise<ReplyOf<"settings">> {
  const { settingsPaths } = await import("../platform/paths.ts");
  const { loadSettings } = await import("../config/load_settings.ts");
  const { describeSettings } = await import("../config/describe_settings.ts");
  const loaded = await loadSettings(settingsPaths(ctx.env, ctx.project.file));
  return { settings: describeSettings(loaded), notes: [...loaded.warnings] };
}

function renderSettings(
  ctx: CommandContext,
  settings: readonly ShownSetting[],
): Promise<string[]> {
  return renderTable({
    columns: [{ title: "SETTING" }, { title: "VALUE", align: "right" }, { title: "FROM" }],
    rows: settings.map(({ name, value, source }) => [
      { text: name },
      { text: String(value) },
      { text: source, tone: source === "default" ? "dim" : "info" },
    ]),
    color: ctx.color,
  });
}
