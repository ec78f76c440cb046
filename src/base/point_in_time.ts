import { AppError } from "./app_error.ts";
import { parseDuration } from "./duration.ts";

const DATE = /^(\d{4})-(\d\d)-(\d\d)(?:(?:t|\s+)(.+))?$/;
const DAY = /^(today|yesterday)(?:\s+(.+))?$/;
const TIME = /^(\d{1,2}):(\d\d)(?::(\d\d)(\.\d{1,9})?)?$/;
const ZONE = /^(.*?)\s*(z|utc|[+-]\d\d(?::?\d\d)?)$/;
const MINUTE_MS = 60_000;

/**
 * Reads a point in time as milliseconds since 1970: how long ago (`10m`, `2h ago`), `now`, a time of today (`12:30`), a
 * day (`today`, `yesterday`, `2026-11-29`: its beginning) with or without a time, or RFC 3339. What names no zone is
 * local time; what the clocks skip is the time that they show instead, what they show twice is the first.
 * @throws AppError `usage.bad_time`
 */
export function parsePointInTime(text: string, nowMs: number): number {
  const words = text.trim().toLowerCase();
  const timeMs = words === "now" ? nowMs : parseDay(words, nowMs) ?? parseAgo(words, nowMs);
  if (timeMs !== undefined) return timeMs;
  throw new AppError("usage.bad_time", `Not a point in time: ${JSON.stringify(text)}`, {
    hint: 'Write how long ago (10m, "2h ago"), a time of today (12:30), "yesterday 14:00", ' +
      "a date (2026-11-29, 2026-11-29T12:30), or RFC 3339 (2026-11-29T12:30:00Z)",
  });
}

function parseAgo(words: string, nowMs: number): number | undefined {
  try {
    return nowMs - parseDuration(words.replace(/\s+ago$/, ""));
  } catch {
    return undefined;
  }
}

/** A calendar day; days and months count from 1. */
interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

function parseDay(words: string, nowMs: number): number | undefined {
  const [, name, dayTime] = DAY.exec(words) ?? [];
  if (name !== undefined) {
    const today = localDay(nowMs);
    const day = name === "today" ? today : { ...today, day: today.day - 1 };
    return timeOn(day, dayTime ?? "0:00");
  }
  const [, year, month, day, time] = DATE.exec(words) ?? [];
  if (year === undefined) return timeOn(localDay(nowMs), words);
  const date = { year: Number(year), month: Number(month), day: Number(day) };
  return isDay(date) ? timeOn(date, time ?? "0:00") : undefined;
}

function localDay(timeMs: number): Day {
  const date = new Date(timeMs);
  return { year: date.getFullYear(), month: date.getMonth() + 1, day: date.getDate() };
}

/** There is no 31st of February, though a Date takes it for the 3rd of March. */
function isDay({ year, month, day }: Day): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function timeOn({ year, month, day }: Day, text: string): number | undefined {
  const [, local, zone] = ZONE.exec(text) ?? [];
  const [matched, hour, minute, second = "0", fraction = "0"] = TIME.exec(local ?? text) ?? [];
  if (matched === undefined) return undefined;
  const fields = [hour, minute, second].map(Number);
  if (fields[0]! > 23 || fields[1]! > 59 || fields[2]! > 59) return undefined;
  const [hours, minutes, seconds] = fields as [number, number, number];
  const ms = Math.floor(Number(fraction) * 1_000);
  if (zone === undefined) {
    return new Date(year, month - 1, day, hours, minutes, seconds, ms).getTime();
  }
  const offset = offsetMinutes(zone);
  if (offset === undefined) return undefined;
  return Date.UTC(year, month - 1, day, hours, minutes, seconds, ms) - offset * MINUTE_MS;
}

function offsetMinutes(zone: string): number | undefined {
  const [, sign, hours, minutes = "0"] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  if (sign === undefined) return 0;
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
  return (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -1 : 1);
}
