import { AppError } from "./app_error.ts";

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** A hundred years: nobody waits longer, and sums of such spans are still exact. */
const LONGEST_DAYS = 36_500;
/** The same in milliseconds; nor may a request ask for longer. */
export const LONGEST_DURATION_MS = LONGEST_DAYS * 86_400_000;

/** Whether a text is written as a duration. */
export function isDuration(text: string): boolean {
  return /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/.test(text);
}

/**
 * Reads `500ms`, `30s`, `5m`, `2h`, `1d`, also `1.5s` and `1h30m`, as milliseconds.
 * @throws AppError `usage.bad_duration`
 */
export function parseDuration(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  if (!isDuration(text)) {
    throw new AppError("usage.bad_duration", `Not a duration: "${text}"`, {
      hint: "Write it like 500ms, 30s, 5m, 2h or 1d",
    });
  }
  const ms = Math.round(parts.reduce((sum, part) => sum + Number(part[1]) * UNIT_MS[part[2]!]!, 0));
  if (ms <= LONGEST_DURATION_MS) return ms;
  throw new AppError("usage.bad_duration", `Too long a duration: "${text}"`, {
    hint: `At most ${LONGEST_DAYS}d`,
  });
}

/** Milliseconds for people, at most two units: `850ms`, `4.2s`, `3m 5s`, `2h 10m`, `5d 3h`. */
export function formatDuration(durationMs: number): string {
  const ms = Math.max(0, Math.round(durationMs));
  if (ms < 1_000) return `${ms}ms`;
  if (ms < 60_000) return `${(Math.floor(ms / 100) / 10).toString()}s`;
  const total = Math.floor(ms / 1_000);
  const [days, hours, minutes, seconds] = [
    Math.floor(total / 86_400),
    Math.floor(total / 3_600) % 24,
    Math.floor(total / 60) % 60,
    total % 60,
  ];
  if (days > 0) return hours > 0 ? `${days}d ${hours}h` : `${days}d`;
  if (hours > 0) return minutes > 0 ? `${hours}h ${minutes}m` : `${hours}h`;
  return seconds > 0 ? `${minutes}m ${seconds}s` : `${minutes}m`;
}
