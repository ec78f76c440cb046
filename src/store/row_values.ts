import * as z from "zod/mini";
import type { SqlValue } from "../platform/sqlite.ts";

/** Any text. */
export const Text = z.string("must be text");

/** How often something happened. */
export const Count = wholeNumber(0, Number.MAX_SAFE_INTEGER);

/** Run ids have room for no larger one. */
const MOST_RUNS = 9_999_999_999;

/** The number of a run; 0 before the first. */
export const RunNumber = wholeNumber(0, MOST_RUNS);

/** What a date of JavaScript can hold, in ms. */
const MOST_DATE_MS = 8.64e15;
const MOMENT_MUST = "must be a time in ms";

/** A time; a clock that was wrong may have told it. */
export const Moment = z.number(MOMENT_MUST).check(
  z.gte(-MOST_DATE_MS, MOMENT_MUST),
  z.lte(MOST_DATE_MS, MOMENT_MUST),
);

function wholeNumber(least: number, most: number) {
  const must = `must be a whole number from ${least} to ${most}`;
  return z.int(must).check(z.gte(least, must), z.lte(most, must));
}

/** What a column that should hold JSON holds; what is none stays as it is, for the schema to judge. */
export function readJsonColumn(value: SqlValue | undefined): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/**
 * The row by a schema.
 * @throws Error naming every column that makes no sense, and no value
 */
export function parseRow<T>(schema: z.ZodMiniType<T>, row: Readonly<Record<string, unknown>>): T {
  const parsed = schema.safeParse(row);
  if (parsed.success) return parsed.data;
  throw new Error(describeColumns(parsed.error.issues));
}

/** `stop_signal must be a signal; umask …`. */
function describeColumns(issues: readonly z.core.$ZodIssue[]): string {
  return issues.map(({ path, message }) => `${path.join(".")} ${message}`).join("; ");
}
