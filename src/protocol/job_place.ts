/** What the system gives a job beside its environment, and where its caller stands. */
import * as z from "zod/mini";
import { type LimitName, LIMITS } from "../base/surroundings.ts";
import { MOST_CELLS } from "../base/terminal_size.ts";
import { MEANINGS, text, wholeNumber } from "./meaning.ts";

const LONGEST_CPUS = 4_096;

const LimitValue = z.nullable(wholeNumber(
  { name: "limit", must: "a whole number from 0, or null for none" },
  { least: 0, most: Number.MAX_SAFE_INTEGER },
));

/** What the system lends a process beside its environment, named as in setrlimit(2), in bytes and seconds as there. */
export const Surroundings = z.object({
  nice: z.optional(wholeNumber(
    { name: "niceness", must: "a whole number from -20 to 19" },
    { least: -20, most: 19 },
  )),
  cpus: z.optional(text(
    { name: "processors", must: "numbers of processors such as 0-3,8" },
    (list) =>
      list.length <= LONGEST_CPUS && /^\d{1,5}(-\d{1,5})?(,\d{1,5}(-\d{1,5})?)*$/.test(list),
  )),
  oom_score_adj: z.optional(wholeNumber(
    { name: "oom_score_adj", must: "a whole number from -1000 to 1000" },
    { least: -1_000, most: 1_000 },
  )),
  limits: z.optional(z.partialRecord(
    z.enum(Object.keys(LIMITS) as LimitName[], "must be the name of a limit, such as nofile"),
    z.tuple(
      [LimitValue, LimitValue],
      "must be two limits: what holds, and what it can be raised to",
    ),
  )),
}).register(MEANINGS, {
  name: "surroundings",
  must:
    '{"nice", "cpus", "oom_score_adj", "limits": {"nofile": [soft, hard], …}}, each of them optional',
});

const Cells = wholeNumber(
  { name: "cells", must: `a whole number from 1 to ${MOST_CELLS}` },
  { least: 1, most: MOST_CELLS },
);

/** How large a terminal is, in character cells. */
export const TerminalSize = z.object({ columns: Cells, rows: Cells }).register(MEANINGS, {
  name: "terminal size",
  must: `{"columns", "rows"}, whole numbers from 1 to ${MOST_CELLS}`,
});

/** Where the caller stands in the system, by ids that are good for comparing. */
export const Standing = z.object({
  namespaces: z.optional(z.record(z.string(), z.string())),
  cgroup: z.optional(z.string()),
  root: z.optional(z.string()),
}).register(MEANINGS, {
  name: "standing",
  must: '{"namespaces": {"net": id, …}, "cgroup", "root"}, each of them optional',
});
