import { assertEquals } from "@std/assert";
import { formatTerminalSize, isSameSize, withinCells } from "./terminal_size.ts";

Deno.test("withinCells() makes of any number one that a terminal can have", () => {
  assertEquals([0, -3, 1, 80.9, 4_096, 1e9].map(withinCells), [1, 1, 1, 80, 4_096, 4_096]);
});

Deno.test("formatTerminalSize() tells columns first, and isSameSize() compares both", () => {
  assertEquals(formatTerminalSize({ columns: 132, rows: 43 }), "132×43");
  assertEquals(isSameSize({ columns: 80, rows: 24 }, { columns: 80, rows: 24 }), true);
  assertEquals(isSameSize({ columns: 80, rows: 24 }, { columns: 24, rows: 80 }), false);
});
