import type { Omission } from "../../logs/middle_cut.ts";

/** The line in the place of what was left out: how much that was, and what shows it. */
export function formatOmission(omission: Omission, command: string): string {
  return `… ${describeOmission(omission)} left out; ${command} …`;
}

/** `1,204 lines, 88,012 bytes`. */
function describeOmission({ lines, bytes }: Omission): string {
  return `${grouped(lines)} ${lines === 1 ? "line" : "lines"}, ` +
    `${grouped(bytes)} ${bytes === 1 ? "byte" : "bytes"}`;
}

/** By hand: the tables of locales take longer to load than all else. */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}
