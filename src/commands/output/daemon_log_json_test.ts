import { assertEquals } from "@std/assert";
import { formatRecord, type LogFormat } from "../../lifecycle/log_record.ts";
import { toLogObject } from "./daemon_log_json.ts";

const RECORD = {
  timeMs: Date.UTC(2026, 10, 21),
  level: "info" as const,
  message: "a job=1 that says = and more",
  fields: { job: "V3x", error: 'with "quotes" = and spaces', pid: 12, none: undefined },
};

Deno.test("B7 toLogObject() reads both formats of the daemon's log", () => {
  const read = (format: LogFormat) => toLogObject(formatRecord(RECORD, format).trimEnd());
  const { time, level, message, fields: { job, error } } = read("text");
  assertEquals(
    { time, level, message, job, error },
    {
      time: "2026-11-21T00:00:00.000Z",
      level: "info",
      message: RECORD.message,
      job: "V3x",
      error: RECORD.fields.error,
    },
  );
  assertEquals(read("json").fields.error, RECORD.fields.error);
});

Deno.test("B7 toLogObject() keeps what is no record", () => {
  const none = { type: "record" as const, time: null, level: null, fields: {} };
  assertEquals(toLogObject("error: Uncaught x"), { ...none, message: "error: Uncaught x" });
  assertEquals(toLogObject("{ no json"), { ...none, message: "{ no json" });
  assertEquals(toLogObject(""), { ...none, message: "" });
});
