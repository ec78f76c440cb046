import { durationText } from "./duration_text.ts";
import { goDuration } from "./go_duration.ts";
import { literal, shellText } from "./marked_text.ts";
import { signalText } from "./signal_text.ts";
import type { SourceTable } from "./source_table.ts";
import type { WrittenJob } from "./written_job.ts";

const UNTIL = "imp up --until JOB ends when that job does";

/** When a process is started again, and how it is stopped. */
export function readProcessComposeLife(
  process: SourceTable,
): Pick<WrittenJob, "restart" | "stop" | "schedule" | "watch"> {
  return {
    restart: readRestart(process),
    stop: readStop(process),
    schedule: readSchedule(process),
    watch: readWatch(process),
  };
}

function readRestart(process: SourceTable): string | undefined {
  const availability = process.table("availability");
  if (availability === undefined) return undefined;
  const mode = availability.text("restart") ?? "no";
  const most = availability.number("max_restarts");
  availability.lose("backoff_seconds", "it is said for all jobs: `daemon: { backoff_initial: … }`");
  for (const key of ["exit_on_end", "exit_on_skipped"]) {
    if (availability.flag(key) === true) availability.lose(key, UNTIL);
  }
  if (mode === "exit_on_failure") availability.lose("restart", UNTIL);
  else if (!/^(no|false|always|on_failure)$/.test(mode)) {
    availability.lose("restart", "there is no such policy");
  }
  const isOnFailure = mode === "on_failure";
  if (most !== undefined && most > 0 && !isOnFailure) {
    availability.lose("max_restarts", "it goes with on-failure alone");
  }
  availability.finish();
  if (isOnFailure) return most === undefined || most === 0 ? "on-failure" : `on-failure:${most}`;
  return mode === "always" ? "always" : undefined;
}

function readStop(process: SourceTable): WrittenJob["stop"] {
  const shutdown = process.table("shutdown");
  if (shutdown === undefined) return undefined;
  const command = shutdown.text("command");
  const number = shutdown.number("signal");
  const seconds = shutdown.number("timeout_seconds");
  const signal = number === undefined ? undefined : signalText(String(number));
  if (number !== undefined && signal === undefined) {
    shutdown.lose("signal", "there is no such signal");
  }
  if (shutdown.flag("parent_only") === true) {
    shutdown.lose("parent_only", "imp ends all that a job has started");
  }
  shutdown.finish({ send_keys: "imp stops by a signal or a command" });
  if ([command, signal, seconds].every((each) => each === undefined)) return undefined;
  return {
    ...command === undefined ? {} : { command: shellText(command) },
    ...signal === undefined ? {} : { signal },
    ...seconds === undefined ? {} : { timeout: durationText(seconds * 1_000) },
  };
}

function readSchedule(process: SourceTable): WrittenJob["schedule"] {
  const schedule = process.table("schedule");
  if (schedule === undefined) return undefined;
  const cron = schedule.text("cron");
  const interval = schedule.text("interval");
  const timezone = schedule.text("timezone");
  const every = interval === undefined ? undefined : goDuration(interval);
  if (interval !== undefined && every === undefined) schedule.lose("interval", "it is no duration");
  if (schedule.flag("run_on_start") === true) schedule.lose("run_on_start", "start it by hand");
  schedule.finish({ max_concurrent: "one run at a time" });
  if (cron === undefined && every === undefined) return undefined;
  return {
    ...cron !== undefined ? { cron: literal(cron) } : { every: every! },
    ...timezone === undefined ? {} : { timezone: literal(timezone) },
  };
}

function readWatch(process: SourceTable): WrittenJob["watch"] {
  const watch = process.table("watch");
  if (watch === undefined) return undefined;
  const globs = watch.tables("paths").map((root) => {
    const path = (root.text("path") ?? ".").replace(/^\.\//, "").replace(/(.)\/+$/, "$1");
    const start = path === "." ? "" : path === "/" ? "/" : `${path}/`;
    // A name alone is that of a file anywhere below.
    const at = (glob: string) =>
      literal(`${start}${glob.includes("/") || glob === "**" ? "" : "**/"}${glob}`);
    const include = root.texts("include") ?? [];
    const exclude = root.texts("exclude") ?? [];
    root.finish();
    return {
      include: include.length === 0 ? [literal(`${start}**`)] : include.map(at),
      exclude: exclude.map(at),
    };
  });
  const given = watch.text("debounce");
  const debounce = given === undefined ? undefined : goDuration(given);
  if (given !== undefined && debounce === undefined) watch.lose("debounce", "it is no duration");
  if (watch.flag("cascade") === true) {
    watch.lose("cascade", "say it where it is needed: `restart: true`");
  }
  watch.pass("max_entries", "buffer_size");
  watch.finish({ disable_default_excludes: "imp leaves out what .gitignore does" });
  const ignore = globs.flatMap((each) => each.exclude);
  const paths = globs.flatMap((each) => each.include);
  if (paths.length === 0) return undefined;
  return {
    paths,
    ...ignore.length === 0 ? {} : { ignore },
    ...debounce === undefined ? {} : { debounce },
  };
}
