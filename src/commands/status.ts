import { AppError } from "../base/app_error.ts";
import { ExitCode } from "../base/exit_code.ts";
import { noteOnSchema } from "../protocol/read_snapshot.ts";
import type { StatusSnapshot } from "../protocol/snapshot.ts";
import { isDaemonAlive } from "../platform/daemon_alive.ts";
import type { Command, CommandContext } from "./frame/command.ts";
import { openLiveScreen } from "./output/live_screen.ts";
import { renderStatus, summarizeStatus } from "./output/status_text.ts";
import { writeJson, writeLines, writeNote } from "./frame/write.ts";
import { livingContext } from "./frame/living_context.ts";
import { readStatus, streamStatus } from "./frame/status_source.ts";

/** `imp status`: the state of daemon and jobs, without ever starting one. */
export const command: Command = {
  usage: ["status [get]", "status stream"],
  description:
    "Shows one snapshot of daemon and jobs, or (stream) one after the other: several a " +
    "second while a job is up. They come from the daemon's status socket, else from its status " +
    "file, and say so. The stream goes on through the end and the return of the daemon.",
  flags: [],
  operands: ["get", "stream"],
  examples: [
    { command: "imp status", what: "how things are" },
    { command: "imp status --json | jq .counts", what: "for scripts" },
    { command: "imp status stream --json", what: "for a program that watches" },
  ],
  output: "The daemon in a line, then the jobs. With --json the snapshot; stream: one a line.",
  exitCodes: {
    0: "done",
    2: "wrong usage",
    3: "no daemon is running; the last known state was shown",
    5: "the status is of a newer imp, and not what this one can read",
    69: "there is neither a daemon nor a last known state",
    130: "the stream was ended with Ctrl+C",
  },
  async run(ctx, args) {
    const [verb = "get", extra] = args.operands;
    if (extra !== undefined || (verb !== "get" && verb !== "stream")) {
      throw new AppError(
        "usage.unexpected_word",
        `Unknown: imp status ${args.operands.join(" ")}`,
        {
          hint: "imp status get, or imp status stream",
        },
      );
    }
    const living = await livingContext(ctx);
    return verb === "get" ? await showStatus(living) : await showStream(living);
  },
};

async function showStatus(ctx: CommandContext): Promise<number> {
  const snapshot = await readStatus(ctx);
  await noteSchema(ctx, snapshot);
  if (ctx.json) await writeJson(ctx, snapshot);
  else await writeLines(ctx, await renderStatus(snapshot, viewOptions(ctx)));
  for (const notice of snapshot.daemon.notices ?? []) await writeNote(ctx, notice);
  return snapshot.source === "file" && !isDaemonAlive(ctx.paths) ? ExitCode.notRunning : 0;
}

async function showStream(ctx: CommandContext): Promise<number> {
  const { signal, paths, clock } = ctx;
  const show = ctx.json ? (value: StatusSnapshot) => writeJson(ctx, value) : createView(ctx);
  let source: string | undefined;
  let version: number | undefined;
  for await (const snapshot of streamStatus({ signal, paths, clock })) {
    if (version !== snapshot.schema_version) await noteSchema(ctx, snapshot);
    version = snapshot.schema_version;
    if (source !== undefined && source !== snapshot.source) {
      await writeNote(
        ctx,
        snapshot.source === "ipc"
          ? "The daemon is back"
          : "The daemon is not answering; showing its last known state",
      );
    }
    source = snapshot.source;
    await show(snapshot);
  }
  return ExitCode.interrupted;
}

async function noteSchema(ctx: CommandContext, snapshot: StatusSnapshot): Promise<void> {
  const note = noteOnSchema(snapshot);
  if (note !== undefined) await writeNote(ctx, note);
}

/** On a terminal the picture is drawn over; elsewhere each change of the summary is a line. */
function createView(ctx: CommandContext): (snapshot: StatusSnapshot) => Promise<void> {
  if (ctx.stdout.isTerminal) {
    const screen = openLiveScreen(ctx.stdout);
    return async (snapshot) => screen.draw(await renderStatus(snapshot, viewOptions(ctx)));
  }
  let last = "";
  return async (snapshot) => {
    const summary = summarizeStatus(snapshot);
    if (summary !== last) await writeLines(ctx, [`${snapshot.generated_at}  ${summary}`]);
    last = summary;
  };
}

function viewOptions(ctx: CommandContext) {
  return {
    nowMs: ctx.clock.now(),
    width: ctx.stdout.isTerminal ? ctx.stdout.columns : undefined,
    color: ctx.color,
  };
}
