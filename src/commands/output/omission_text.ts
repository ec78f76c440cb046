import type { Omission, OutputBudget } from "../../logs/middle_cut.ts";

/** No cursor is longer, for each of its jobs. */
const CURSOR_BYTES = 120;
/** What is told of what was left out counts where it takes no more of the budget than this part. */
const TOLD_PART = 4;

/** The line in the place of what was left out: how much that was, and what shows it. */
export function formatOmission(omission: Omission, command: string): string {
  return `… ${describeOmission(omission)} left out; ${command} …`;
}

/** `1,204 lines, 88,012 bytes`. */
export function describeOmission({ lines, bytes }: Omission): string {
  return `${grouped(lines)} ${lines === 1 ? "line" : "lines"}, ` +
    `${grouped(bytes)} ${bytes === 1 ? "byte" : "bytes"}`;
}

/** How much of a budget is for lines that tell what was left out, with a cursor of so many jobs in each. */
export function reserveOf(
  { maxLines = Infinity, maxBytes = Infinity }: OutputBudget,
  told: { readonly lines: number; readonly bytes: number; readonly jobs: number },
): { lines: number; bytes: number } {
  const bytes = told.lines * (told.bytes + told.jobs * CURSOR_BYTES);
  return {
    lines: told.lines * TOLD_PART <= maxLines ? told.lines : 0,
    bytes: bytes * TOLD_PART <= maxBytes ? bytes : 0,
  };
}

/** By hand: the tables of locales take longer to load than all else. */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}
