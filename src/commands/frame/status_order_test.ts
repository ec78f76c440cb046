import { assertEquals } from "@std/assert";
import type { StatusSnapshot } from "../../protocol/snapshot.ts";
import { isOlder } from "./status_order.ts";

function at(started: string, seq: number, uptime: number, generated: string): StatusSnapshot {
  const daemon = { started_at: started, seq, uptime_s: uptime };
  return { generated_at: generated, daemon } as StatusSnapshot;
}

Deno.test("F8 isOlder() goes by the daemon's own counts, and by the time of day last", () => {
  const now = at("2026-01-01", 5, 60, "12:00:00");
  const cases: [string, StatusSnapshot, boolean][] = [
    ["the same", now, false],
    ["an event before", at("2026-01-01", 4, 60, "12:00:00"), true],
    ["a second before", at("2026-01-01", 5, 59, "11:59:59"), true],
    ["a moment before", at("2026-01-01", 5, 60, "11:59:59.9"), true],
    ["the daemon before", at("2025-12-31", 9, 900, "12:00:01"), true],
    ["an event later, the clock set back", at("2026-01-01", 6, 61, "09:00:00"), false],
    ["a second later, the clock set back", at("2026-01-01", 5, 61, "09:00:00"), false],
    [
      "the next daemon, its events counted from the beginning",
      at("2026-01-02", 1, 0, "12:00"),
      false,
    ],
  ];
  for (const [what, snapshot, isBefore] of cases) {
    assertEquals(isOlder(snapshot, now), isBefore, what);
  }
});
