import { assertEquals } from "@std/assert";
import { formatRecord, type LogRecord } from "./log_record.ts";

const RECORD: LogRecord = {
  timeMs: Date.parse("2026-11-21T02:35:00Z"),
  level: "info",
  message: "job started",
  fields: { job: "api", pid: 42, forced: false, name: "two words", gone: undefined, empty: "" },
};

Deno.test("formatRecord() is one readable line", () => {
  assertEquals(
    formatRecord(RECORD, "text"),
    '2026-11-21T02:35:00.000Z info  job started job=api pid=42 forced=false name="two words" empty=""\n',
  );
});

Deno.test("formatRecord() is one JSON object a line", () => {
  const line = formatRecord(RECORD, "json");
  assertEquals(line.indexOf("\n"), line.length - 1);
  assertEquals(JSON.parse(line), {
    time: "2026-11-21T02:35:00.000Z",
    level: "info",
    message: "job started",
    job: "api",
    pid: 42,
    forced: false,
    name: "two words",
    empty: "",
  });
});

Deno.test("formatRecord() lets no text break out of its line or reach the terminal's controls", () => {
  const nasty = "a\nb\r\x1b[31m\x9b\u2028 c";
  const record = { ...RECORD, message: nasty, fields: { reason: nasty, level: "fake" } };
  assertEquals(
    formatRecord(record, "text"),
    "2026-11-21T02:35:00.000Z info  a\\u000ab\\u000d\\u001b[31m\\u009b\\u2028 c " +
      'reason="a\\nb\\r\\u001b[31m\\u009b\\u2028 c" level=fake\n',
  );
  const json = formatRecord(record, "json");
  assertEquals(/^[\x20-\x7e]*\n$/.test(json), true);
  assertEquals(JSON.parse(json).message, nasty);
  assertEquals(JSON.parse(json).level, "info");
});

Deno.test("formatRecord() bounds what it writes", () => {
  const record = { ...RECORD, message: "x".repeat(1e6), fields: { reason: "y".repeat(1e6) } };
  for (const format of ["text", "json"] as const) {
    assertEquals(formatRecord(record, format).length < 20_000, true);
  }
});
