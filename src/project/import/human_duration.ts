import { durationText } from "./duration_text.ts";

const UNITS_MS: readonly [pattern: RegExp, ms: number][] = [
  [/^(ns|nsecs?|nanos(econds?)?)$/, 1e-6],
  [/^(us|µs|usecs?|micros(econds?)?)$/, 1e-3],
  [/^(ms|msecs?|millis(econds?)?)$/, 1],
  [/^(|s|secs?|seconds?)$/, 1_000],
  [/^(m|mins?|minutes?)$/, 60_000],
  [/^(h|hrs?|hours?)$/, 3_600_000],
  [/^(d|days?)$/, 86_400_000],
  [/^(w|weeks?)$/, 604_800_000],
];
const PART = /(\d+(?:\.\d+)?)\s*([a-zµ]*)\s*/giy;

/**
 * A span of time as people write it, `5min 20s`, as imp does; a number alone is in seconds. Undefined for what is none.
 * The words are those of systemd.time(7) and of Rust's humantime; a month and a year are in neither.
 */
export function humanDuration(text: string): string | undefined {
  const given = text.trim();
  let [at, sum] = [0, 0];
  for (const { 0: all, 1: number, 2: unit = "" } of given.matchAll(PART)) {
    const known = UNITS_MS.find(([pattern]) => pattern.test(unit.toLowerCase()));
    if (known === undefined) return undefined;
    at += all.length;
    sum += Number(number) * known[1];
  }
  return given === "" || at < given.length ? undefined : durationText(sum);
}
