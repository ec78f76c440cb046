import { toIsoTime } from "../base/clock.ts";
import type { LogFields, LogLevel } from "../base/logger.ts";

/** One thing worth telling. */
export interface LogRecord {
  readonly timeMs: number;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
}

/** How records are written. */
export type LogFormat = "text" | "json";

const LONGEST_TEXT = 8_192;
const LONGEST_LEVEL = 5;

/** Control characters, and what else some program takes for the end of a line. */
// deno-lint-ignore no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

/** A record as exactly one line, its end included, whatever its texts contain. */
export function formatRecord(record: LogRecord, format: LogFormat): string {
  return format === "json" ? asJson(record) : asText(record);
}

/** `2026-11-21T02:35:00.000Z info  message key=value key="with spaces"`. */
function asText({ timeMs, level, message, fields }: LogRecord): string {
  const pairs = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}=${quote(clip(String(value)))}`);
  const text = escapeControl(clip(message));
  return `${toIsoTime(timeMs)} ${level.padEnd(LONGEST_LEVEL)} ${text}${pairs.join("")}\n`;
}

function asJson({ timeMs, level, message, fields }: LogRecord): string {
  const clipped = Object.entries(fields).map(([key, value]) => [
    key,
    typeof value === "string" ? clip(value) : value,
  ]);
  const own = { time: toIsoTime(timeMs), level, message: clip(message) };
  return `${escapeControl(JSON.stringify({ ...Object.fromEntries(clipped), ...own }))}\n`;
}

function quote(value: string): string {
  return /^[^\s"'=\\]+$/.test(value) && value.search(CONTROL) < 0
    ? value
    : escapeControl(JSON.stringify(value));
}

function escapeControl(text: string): string {
  return text.replace(
    CONTROL,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function clip(text: string): string {
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT)}…`;
}
