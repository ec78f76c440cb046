import { escapeControl } from "../../base/terminal_text.ts";
import type { LogNotice, RepeatNotice } from "../../logs/log_item.ts";
import type { Reading } from "../../logs/stretches.ts";
import { countOf } from "./count_of.ts";

/** So much of a line tells which one was repeated. */
const MOST_REPEATED = 40;

/** What a reader of a stream ought to know, for people. */
export const NOTICE_TEXTS: Readonly<Record<LogNotice["notice"], string>> = {
  truncated: "somebody emptied or shortened its file; what it lost and was not shown yet is gone",
  removed: "somebody removed its file; what follows is shown here, and perhaps nowhere else",
  replaced: "somebody replaced its file; what follows is shown here, and perhaps nowhere else",
  screen: "what it drew on a whole screen is left out; --raw shows it",
};

/** `run 3 is kept no more …`: what a cursor names and is gone. */
export function describeLost({ first, last }: NonNullable<Reading["lost"]>): string {
  return first === last
    ? `run ${first} is kept no more, nor what it wrote that was not read`
    : `runs ${first} to ${last} are kept no more, nor what they wrote that was not read`;
}

/** `… repeated 41 times: retrying …`: behind a line that is not shown each time. */
export function formatRepeat({ notice, times, text }: RepeatNotice): string {
  const shown = escapeControl(text, { allowColor: false }).slice(0, MOST_REPEATED);
  return `… ${notice} ${countOf(times, "time")}: ${shown} …`;
}
