import type { LogNotice } from "../../logs/log_item.ts";

/** What a reader of a stream ought to know, for people. */
export const NOTICE_TEXTS: Readonly<Record<LogNotice["notice"], string>> = {
  cut: "older output was cut off",
  truncated: "somebody emptied or shortened its file; what it lost and was not shown yet is gone",
  removed: "somebody removed its file; what follows is shown here, and perhaps nowhere else",
  replaced: "somebody replaced its file; what follows is shown here, and perhaps nowhere else",
  screen: "what it drew on a whole screen is left out; --raw shows it",
};
