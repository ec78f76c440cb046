import { assertEquals, assertThrows } from "@std/assert";
import { AppError } from "../../base/app_error.ts";
import { ReadyCheck } from "../../protocol/readiness.ts";
import { describeCheck } from "../../protocol/describe_check.ts";
import { parseReady } from "./read_ready.ts";

Deno.test("parseReady() reads what describeCheck() writes, and the daemon takes it", () => {
  const written: Record<string, unknown> = {
    "http://localhost:8080/health": { kind: "http", url: "http://localhost:8080/health" },
    "https://127.0.0.1:${ports.http}/": { kind: "http", url: "https://127.0.0.1:${ports.http}/" },
    "tcp:5432": { kind: "tcp", port: 5432 },
    "tcp:db:5432": { kind: "tcp", host: "db", port: 5432 },
    "tcp:[::1]:5432": { kind: "tcp", host: "::1", port: 5432 },
    "tcp:${ports.pg}": { kind: "tcp", port: "${ports.pg}" },
    "log:listening on \\d+": { kind: "log", regex: "listening on \\d+" },
    "cmd:pg_isready -q": { kind: "command", script: "pg_isready -q" },
    "delay:2s": { kind: "delay", ms: 2_000 },
    "ports": { kind: "ports" },
  };
  for (const [text, check] of Object.entries(written)) {
    const parsed = parseReady(text);
    assertEquals(parsed, check as ReadyCheck, text);
    assertEquals(ReadyCheck.parse(parsed), parsed, text);
    assertEquals(describeCheck(parsed), text);
  }
  assertEquals(parseReady("log:/Local:/"), { kind: "log", regex: "Local:" });
});

Deno.test("parseReady() refuses what is no probe", () => {
  const bad = [
    "",
    "5432",
    "tcp:",
    "tcp:0",
    "tcp:70000",
    "tcp:a:b:1",
    "log:",
    "log:(",
    "cmd: ",
    "ftp://x/",
  ];
  for (const text of [...bad, "http://", "http://x/#y", "port", "delay:soon"]) {
    const { code } = assertThrows(() => parseReady(text), AppError);
    assertEquals(code, text === "delay:soon" ? "usage.bad_duration" : "usage.bad_probe", text);
  }
});
