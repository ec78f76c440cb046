import { formatDuration } from "../base/duration.ts";
import type { Schedule } from "./schedule.ts";

/** As `--schedule` takes it: `0 3 * * *`, `TZ=Europe/Berlin 0 3 * * *`, `1h`. */
export function describeSchedule({ cron, timezone, every_ms }: Schedule): string {
  if (every_ms !== undefined) return formatDuration(every_ms).replaceAll(" ", "");
  return timezone === undefined ? cron! : `TZ=${timezone} ${cron}`;
}
