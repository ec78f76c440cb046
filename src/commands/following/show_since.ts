import type { DaemonClient } from "../../client/client.ts";
import { readingSince } from "../../logs/stretches.ts";
import type { CommandContext, OutputStream } from "../frame/command.ts";
import { readCursor } from "../frame/output_flags.ts";
import type { ParsedArgs } from "../frame/parse_args.ts";
import { openLogSession } from "./log_session.ts";
import { placesOf } from "./places_of.ts";
import { readLogQuery } from "./read_log_query.ts";
import { showLogs } from "./show_logs.ts";
import type { LogSource } from "./wanted_logs.ts";

/** Whose output is wanted. */
export interface SinceOptions {
  readonly client: Pick<DaemonClient, "request">;
  readonly jobs: readonly string[];
}

/** Shows what jobs have printed since the cursor, or in their last run, as the flags say. */
export async function showSince(
  ctx: CommandContext,
  args: ParsedArgs,
  { client, jobs }: SinceOptions,
): Promise<void> {
  const asked = readCursor(args, []);
  const query = readLogQuery(ctx, args);
  const sources = new Map<string, LogSource>();
  for (const name of jobs) {
    const { job } = await client.request("get_job", { job: name });
    const places = placesOf(job, asked);
    const { logsDir } = ctx.paths;
    const streams = ["stdout", "stderr"] as const;
    const reading = readingSince({ logsDir, places, lastRun: job.run, streams });
    sources.set(job.id, { job, run: job.run, reading: { ...reading, isExact: true } });
  }
  const found = { sources: [...sources.values()], gone: [], isOfAll: false };
  const isTagged = sources.size > 1;
  const session = await openLogSession(ctx, args, { found, query, asked, isTagged });
  await showLogs(ctx, found.sources, { query: session.wanted, writer: session.writer });
  await session.end();
}

/** The same as the values that `imp logs --json` would print. */
export async function readSince(
  ctx: CommandContext,
  args: ParsedArgs,
  options: SinceOptions,
): Promise<unknown[]> {
  const decoder = new TextDecoder();
  let text = "";
  const stdout: OutputStream = {
    ...{ isTerminal: false, columns: 80, rows: 24 },
    write: (data) => {
      text += typeof data === "string" ? data : decoder.decode(data, { stream: true });
      return Promise.resolve();
    },
  };
  // Not copied: what is behind its getters is not made before it is asked for.
  const aside: CommandContext = Object.create(ctx, {
    stdout: { value: stdout },
    pick: { value: undefined },
  });
  await showSince(aside, args, options);
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}
