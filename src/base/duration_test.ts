import { assertEquals, assertThrows } from "@std/assert";
import { AppError } from "./app_error.ts";
import { formatDuration, parseDuration } from "./duration.ts";

Deno.test("A5 parseDuration() takes every span up to a hundred years, exactly", () => {
  const taken = ["0s", "500ms", "1.5s", "1h30m", "25d", "30d", "365d", "36500d", "876000h"];
  assertEquals(taken.map(parseDuration), [
    0,
    500,
    1_500,
    5_400_000,
    2_160_000_000,
    2_592_000_000,
    31_536_000_000,
    3_153_600_000_000,
    3_153_600_000_000,
  ]);
});

Deno.test("A5 parseDuration() refuses what is too long to be waited for, and says how long may be", () => {
  for (const text of ["36501d", "99999999999d", `${"9".repeat(400)}d`, "36500d1ms"]) {
    const error = assertThrows(
      () => parseDuration(text),
      AppError,
      `Too long a duration: "${text}"`,
    );
    assertEquals([error.code, error.hint], ["usage.bad_duration", "At most 36500d"]);
  }
});

Deno.test("parseDuration() refuses what is no duration", () => {
  for (const text of ["", "5", "-5s", "1e3s", "5 s", "s", "Infinity", "NaNs", "1w", "0x1s"]) {
    assertThrows(() => parseDuration(text), AppError, "Not a duration");
  }
});

Deno.test("formatDuration() shows at most two units", () => {
  const shown = [0, 850, 4_250, 185_000, 7_800_000, 30 * 86_400_000, 442_800_000];
  assertEquals(shown.map(formatDuration), [
    "0ms",
    "850ms",
    "4.2s",
    "3m 5s",
    "2h 10m",
    "30d",
    "5d 3h",
  ]);
});
