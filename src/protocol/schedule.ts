import * as z from "zod/mini";
import { LONGEST_DURATION_MS } from "../base/duration.ts";
import { MEANINGS, text, wholeNumber } from "./meaning.ts";

const LONGEST_PATTERN = 256;
const SHORTEST_MS = 1_000;
// deno-lint-ignore no-control-regex
const CONTROL = /[\0-\x1f\x7f-\x9f]/;

const isLine = (line: string) =>
  line !== "" && line.length <= LONGEST_PATTERN && !CONTROL.test(line) && line.isWellFormed();

/** When a job is started by itself: at the times of `cron`, or so long after its last start. */
export const Schedule = z.object({
  /** Five fields, six with seconds in front, or a word such as @daily. */
  cron: z.optional(
    text({
      name: "cron pattern",
      must: `a line of ${LONGEST_PATTERN} characters at most in cron's form`,
    }, isLine),
  ),
  /** Of `cron`, by its name in the IANA database; by default that of the daemon. */
  timezone: z.optional(
    text({
      name: "timezone",
      must: "a time zone by its name, such as Europe/Berlin",
    }, isLine),
  ),
  every_ms: z.optional(wholeNumber(
    {
      name: "interval",
      must: `a whole number of milliseconds from ${SHORTEST_MS} to ${LONGEST_DURATION_MS}`,
    },
    { least: SHORTEST_MS, most: LONGEST_DURATION_MS },
  )),
}).check(
  z.refine(({ cron, every_ms }) => (cron === undefined) !== (every_ms === undefined), {
    error: 'must be there, or "every_ms", and not both',
    path: ["cron"],
  }),
  z.refine(({ cron, timezone }) => cron !== undefined || timezone === undefined, {
    error: 'must be there with "cron" only',
    path: ["timezone"],
  }),
).register(MEANINGS, {
  name: "schedule",
  must: '{"cron": pattern} with or without "timezone", or {"every_ms": milliseconds}',
});
export type Schedule = z.infer<typeof Schedule>;
