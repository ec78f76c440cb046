import type { LogItem } from "./log_item.ts";

/** What one of several sources has read, of which the items before `at` were given out. */
export interface Head {
  items: readonly LogItem[];
  at: number;
}

/**
 * Takes what was written first: the items of one head, up to where another has something older; at the same time the
 * first head is first. Undefined when there is nothing left.
 */
export function takeRun<H extends Head>(
  heads: readonly H[],
): { head: H; items: readonly LogItem[] } | undefined {
  const open = heads.filter(({ items, at }) => at < items.length);
  if (open.length === 0) return undefined;
  const times = open.map(({ items, at }) => items[at]!.timeMs);
  const place = times.indexOf(Math.min(...times));
  const head = open[place]!;
  const earlierMs = Math.min(...times.slice(0, place));
  const laterMs = Math.min(...times.slice(place + 1));
  const mayGo = ({ timeMs }: LogItem) => timeMs < earlierMs && timeMs <= laterMs;
  const start = head.at;
  do head.at++; while (head.at < head.items.length && mayGo(head.items[head.at]!));
  const isAll = start === 0 && head.at === head.items.length;
  return { head, items: isAll ? head.items : head.items.slice(start, head.at) };
}
