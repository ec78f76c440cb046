import { assertEquals, assertStringIncludes } from "@std/assert";
import type { FinishedCase } from "./report.ts";
import { formatPicture } from "./picture.ts";
import { toRow } from "./single_row.ts";

function finished(name: string, result: Partial<FinishedCase["result"]>): FinishedCase {
  const bench = { name, summary: "", run: () => Promise.reject(new Error("not run")) };
  return { bench, tookMs: 1, result: { unit: "ms", rows: [], ...result } };
}

Deno.test("formatPicture() draws what people compare, the least first, and imp in its own colour", () => {
  const rows = [
    toRow("start 100: imp add, one client each", 4_000),
    toRow("start 100: pm2", 1_000),
    toRow("start 100: imp start --all", 500),
    toRow("start 1000: pm2", 9_000),
  ];
  const header = ["subject", "jobs", "own"];
  const table = {
    header,
    rows: [["imp", 0, "18.00"], ["imp", 100, "26.10"], ["a<b", 100, "52.2"]],
  };
  const picture = formatPicture([finished("start-stop", { rows }), finished("memory", { table })])!;
  const texts = [...picture.matchAll(/<text[^>]*>([^<]*)</g)].map((match) => match[1]);
  assertEquals(texts, [
    ...["100 jobs up (less is better)", "imp", "500 ms", "pm2", "1000 ms"],
    ...["memory of its own with 100 jobs up (less is better)", "imp", "26.1 MiB"],
    ...["a&lt;b", "52.2 MiB"],
  ]);
  const bars = [...picture.matchAll(/<rect x="130" y="\d+" width="([\d.]+)"[^>]*fill="(\S+)"/g)];
  assertEquals(bars.map(([, width, color]) => [width, color]), [
    ["255.0", "#0b7285"],
    ["510.0", "#adb5bd"],
    ["255.0", "#0b7285"],
    ["510.0", "#adb5bd"],
  ]);
  assertStringIncludes(picture, 'viewBox="0 0 720 148"');
});

Deno.test("formatPicture() draws nothing where nothing of it was measured", () => {
  assertEquals(formatPicture([finished("ask", { rows: [toRow("imp ping", 1)] })]), undefined);
});
