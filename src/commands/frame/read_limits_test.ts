import { assertEquals, assertThrows } from "@std/assert";
import { parseArgs } from "../../../tests/support/parse_args.ts";
import { AppError } from "../../base/app_error.ts";
import { LIMIT_FLAGS } from "./limit_flags.ts";
import { readLimits } from "./read_limits.ts";

const read = (...words: string[]) => readLimits(parseArgs(words, { flags: LIMIT_FLAGS }));

Deno.test("readLimits() reads sizes and counts, and what takes them away", () => {
  assertEquals(read("--memory-limit", "512MiB", "--log-max-bytes=0", "--runs-kept=3"), {
    memory_limit_bytes: 536_870_912,
    log_max_bytes: 0,
    runs_kept: 3,
  });
  assertEquals(
    read(
      "--memory-limit=none",
      "--stop-command",
      "none",
      "--log-max-bytes=default",
      "--runs-kept=default",
    ),
    {
      stop_command: null,
      memory_limit_bytes: null,
      log_max_bytes: null,
      runs_kept: null,
    },
  );
  assertEquals(read("--stop-command", "make down"), { stop_command: ["sh", "-c", "make down"] });
  const schedules = {
    "1h": { every_ms: 3_600_000 },
    "0 3 * * *": { cron: "0 3 * * *" },
    "@daily": { cron: "@daily" },
    "TZ=Europe/Berlin  */5 8-18 * * MON-FRI": {
      cron: "*/5 8-18 * * MON-FRI",
      timezone: "Europe/Berlin",
    },
    "30 0 3 * * *": { cron: "30 0 3 * * *" },
    "none": null,
  };
  for (const [text, schedule] of Object.entries(schedules)) {
    assertEquals(read("--schedule", text), { schedule }, text);
  }
  assertEquals(read("--log-max-bytes=64KiB"), { log_max_bytes: 65_536 });
});

Deno.test("readLimits() refuses what no daemon would take", () => {
  const wrong = {
    "--stop-command= ": "usage.bad_command",
    "--schedule=500ms": "usage.bad_schedule",
    "--schedule=": "usage.bad_schedule",
    "--schedule=* * *": "usage.bad_schedule",
    "--schedule=hourly": "usage.bad_schedule",
    "--memory-limit=1000": "usage.bad_size",
    "--memory-limit=much": "usage.bad_size",
    "--log-max-bytes=1KiB": "usage.bad_size",
    "--runs-kept=0": "usage.bad_number",
    "--runs-kept=10001": "usage.bad_number",
    "--runs-kept=many": "usage.bad_number",
  };
  for (const [word, code] of Object.entries(wrong)) {
    assertEquals(assertThrows(() => read(word), AppError).code, code, word);
  }
});
