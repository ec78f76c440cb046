import { durationText } from "./duration_text.ts";
import { goDurationMs } from "./go_duration.ts";
import { shellLine } from "./shell_line.ts";
import type { SourceTable } from "./source_table.ts";
import type { WrittenProbe } from "./written_job.ts";

const INTERVAL_MS = 30_000;
const RETRIES = 3;

/** `ready` of a service, by the command that compose looks at its health with; `exec` runs it where the service is. */
export function readComposeHealth(service: SourceTable, exec: string): WrittenProbe | undefined {
  const check = service.table("healthcheck");
  if (check === undefined) return undefined;
  const isOff = check.flag("disable") === true;
  const words = readTest(check);
  const [interval, startInterval] = [timeOf(check, "interval"), timeOf(check, "start_interval")];
  const [timeout, start] = [timeOf(check, "timeout"), timeOf(check, "start_period")];
  const retries = check.number("retries");
  check.finish();
  if (isOff || words === undefined) return undefined;
  const each = startInterval ?? interval;
  const hasEnd = [interval, start, retries].some((given) => given !== undefined);
  const end = (start ?? 0) + (interval ?? INTERVAL_MS) * (retries ?? RETRIES);
  return {
    command: `${exec} ${shellLine(words)}`,
    ...each === undefined ? {} : { interval: durationText(each) },
    ...timeout === undefined ? {} : { timeout: durationText(timeout) },
    ...hasEnd ? { within: durationText(end) } : {},
  };
}

/** The words of the command; undefined where there is none, or that of the image. */
function readTest(check: SourceTable): readonly string[] | undefined {
  const given = check.take("test");
  const [kind, ...words] = Array.isArray(given) ? check.texts("test") ?? [] : [];
  if (kind === "CMD" && words.length > 0) return words;
  if (kind === "CMD-SHELL" && words.length > 0) return ["sh", "-c", words.join(" ")];
  if (typeof given === "string" && given !== "NONE") return ["sh", "-c", given];
  if (given !== undefined && kind !== "NONE" && given !== "NONE") {
    check.lose("test", "it is no command");
  }
  return undefined;
}

function timeOf(check: SourceTable, key: string): number | undefined {
  const text = check.text(key);
  if (text === undefined) return undefined;
  const ms = goDurationMs(text);
  if (ms === undefined) check.lose(key, "it is no duration");
  return ms;
}
