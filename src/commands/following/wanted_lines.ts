import type { LogItem } from "../../logs/log_item.ts";
import type { CommandContext } from "../frame/command.ts";
import { dedupeLines } from "./dedupe_lines.ts";
import { filterLines } from "./filter_lines.ts";
import { flatLines } from "./flat_lines.ts";
import type { WantedLogs } from "./wanted_logs.ts";

/** Of the lines of one run those that are asked for; for people without what only a whole screen can show. */
export function wantedLines(
  { json }: Pick<CommandContext, "json">,
  batches: AsyncIterable<readonly LogItem[]>,
  { isRaw, pattern, isDeduped }: Pick<WantedLogs, "isRaw" | "pattern" | "isDeduped">,
): AsyncIterable<readonly LogItem[]> {
  const lines = isRaw || json ? batches : flatLines(batches);
  const matching = pattern === undefined ? lines : filterLines(lines, pattern);
  return isDeduped ? dedupeLines(matching) : matching;
}
