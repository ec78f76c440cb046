import { AppError } from "../base/app_error.ts";
import { findNearest } from "../base/nearest.ts";
import { ExitCode } from "../base/exit_code.ts";
import { type FollowedItem, followEvents } from "../client/subscribe.ts";
import type { EventName, ImpEvent } from "../protocol/event.ts";
import { EVENT_NAMES } from "../protocol/event_name.ts";
import { jobOf } from "../protocol/job_of_event.ts";
import { createAwayNotice } from "./following/away_notice.ts";
import type { Command, CommandContext } from "./frame/command.ts";
import { JOB_EXIT_CODES } from "./frame/exit_code_texts.ts";
import { expectNoOperands } from "./frame/job_operands.ts";
import { countOf } from "./output/count_of.ts";
import { formatLocalTime } from "./output/job_details.ts";
import { nameJob } from "./output/job_text.ts";
import { formatChanged } from "./output/watch_text.ts";
import { writeJson, writeLines } from "./frame/write.ts";
import type { ParsedArgs } from "./frame/parse_args.ts";
import { formatStatus } from "../view/status_words.ts";

/** `imp events`: the snapshot, then every change. */
export const command: Command = {
  usage: ["events [--since SEQ] [--job JOB]… [--type TYPE]… [--json]"],
  description:
    "Shows what is true now, then every change as it happens, until Ctrl+C. It goes on " +
    "through restarts of the daemon; nothing is missing and nothing comes twice.",
  flags: [
    { name: "since", value: "SEQ", summary: "First tell again what came after this number" },
    { name: "job", value: "JOB", repeat: true, summary: "Only of this job", complete: "jobs" },
    {
      name: "type",
      value: "TYPE",
      repeat: true,
      summary: "Only of this type, such as job_stopped",
      complete: EVENT_NAMES,
    },
  ],
  examples: [
    { command: "imp events", what: "watch" },
    { command: "imp events --json --type job_stopped", what: "for a program" },
    { command: "imp events --since 41", what: "what was missed, and go on" },
  ],
  output: 'A line an event. With --json first {"type":"snapshot","seq","jobs"}, then a line an ' +
    'event: {"type":"event","event","seq","time","job_id","data"}.',
  exitCodes: { ...JOB_EXIT_CODES, 130: "ended with Ctrl+C" },
  async run(ctx, args) {
    expectNoOperands(args, "events");
    const { signal, clock } = ctx;
    const payload = await readFilter(ctx, args);
    const items = followEvents({
      payload,
      connect: (how) => ctx.connect(how),
      first: await ctx.client(),
      clock,
      signal,
      onState: createAwayNotice(ctx),
    });
    let isFirst = true;
    for await (const item of items) {
      await writeItem(ctx, item, isFirst);
      isFirst = false;
    }
    return ExitCode.interrupted;
  },
};

async function readFilter(ctx: CommandContext, args: ParsedArgs) {
  const since = args.count("since");
  const types = args.values("type").map(parseType);
  const jobs: string[] = [];
  for (const job of args.values("job")) {
    // With --since it may be a job that is no more: the daemon takes what it does not know as an id.
    if (since !== undefined) jobs.push(job);
    else jobs.push((await (await ctx.client()).request("get_job", { job })).job.id);
  }
  return {
    ...(since === undefined ? {} : { since }),
    ...(types.length === 0 ? {} : { types }),
    ...(jobs.length === 0 ? {} : { jobs }),
  };
}

function parseType(type: string): EventName {
  const name = EVENT_NAMES.find((each) => each === type);
  if (name !== undefined) return name;
  const nearest = findNearest(type, EVENT_NAMES, { mayBeShortened: true });
  throw new AppError("usage.unknown_event", `Unknown type of event: ${JSON.stringify(type)}`, {
    hint: nearest ? `Did you mean ${nearest}?` : `One of: ${EVENT_NAMES.join(", ")}`,
  });
}

async function writeItem(
  ctx: CommandContext,
  item: FollowedItem,
  isFirst: boolean,
): Promise<void> {
  if (item.type === "event") {
    return ctx.json
      ? await writeJson(ctx, { type: "event", ...item.event })
      : await writeLines(ctx, [formatEvent(item.event)]);
  }
  // The daemon came back: what happened meanwhile follows as events.
  if (!isFirst && item.isResumed) return;
  const { seq, jobs } = item.snapshot;
  if (ctx.json) return await writeJson(ctx, { type: "snapshot", seq, jobs });
  await writeLines(ctx, [
    `snapshot at ${seq}: ${countOf(jobs.length, "job")}`,
    ...jobs.map((job) => `  ${nameJob(job)} ${formatStatus(job)}`),
  ]);
}

function formatEvent(event: ImpEvent): string {
  const job = jobOf(event);
  const about = job
    ? `${nameJob(job)} ${formatStatus(job)}${job.run > 0 ? `, run ${job.run}` : ""}`
    : event.event === "gap"
    ? `${event.data.from} to ${event.data.to} are missing`
    : "";
  const why = event.event === "job_files_changed" && job?.watch
    ? `: ${formatChanged(job.watch)}`
    : "";
  return `${formatLocalTime(event.time)} ${event.seq} ${event.event} ${about}${why}`.trimEnd();
}
