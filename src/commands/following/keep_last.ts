import { eachLine } from "../../logs/line_splitter.ts";
import type { LogItem } from "../../logs/log_item.ts";
import { keepItem } from "./filter_lines.ts";
import type { LineOrigin } from "../output/log_line_json.ts";

/** Lines of a run. */
export interface RunLines {
  readonly origin: LineOrigin;
  readonly items: readonly LogItem[];
}

/** A line, or a notice among lines. */
interface KeptLine {
  readonly origin: LineOrigin;
  readonly item: LogItem;
}

/** The last so many lines, once all have been read, with the notices among them. */
export async function* keepLast(
  batches: AsyncIterable<RunLines>,
  count: number,
): AsyncGenerator<RunLines> {
  let kept: KeptLine[] = [];
  for await (const { origin, items } of batches) {
    for (const item of items) {
      // The bytes are only lent.
      for (const each of "bytes" in item ? eachLine(item) : [item]) {
        kept.push({ origin, item: keepItem(each) });
      }
    }
    if (kept.length > 4 * count + 1_000) kept = lastOf(kept, count);
  }
  for (const { origin, item } of lastOf(kept, count)) yield { origin, items: [item] };
}

function lastOf(kept: readonly KeptLine[], count: number): KeptLine[] {
  let first = kept.length;
  for (let lines = 0; first > 0; first--) {
    const { item } = kept[first - 1]!;
    if ("bytes" in item && item.startsLine && ++lines > count) break;
  }
  return kept.slice(first);
}
