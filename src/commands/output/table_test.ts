import { assertEquals } from "@std/assert";
import { renderTable } from "./table.ts";

Deno.test("renderTable() puts numbers to the right and cuts the last column", async () => {
  const lines = await renderTable({
    columns: [{ title: "N", align: "right" }, { title: "TEXT" }],
    rows: [[{ text: "1" }, { text: "short" }], [{ text: "100" }, { text: "a very long text" }]],
    width: 15,
    color: false,
  });
  assertEquals(lines, ["  N  TEXT", "  1  short", "100  a very lo…"]);
});

Deno.test("renderTable() colours cells without breaking the columns", async () => {
  const [, line] = await renderTable({
    columns: [{ title: "S" }, { title: "T" }],
    rows: [[{ text: "up", tone: "good" }, { text: "x" }]],
    color: true,
  });
  assertEquals(line, "\x1b[32mup\x1b[0m  x");
});
