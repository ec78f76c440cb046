import { assertEquals } from "@std/assert";
import { textWidth, truncateText } from "./text_width.ts";

Deno.test("textWidth() counts wide characters twice and marks not at all", () => {
  assertEquals(textWidth("abc"), 3);
  assertEquals(textWidth("日本"), 4);
  assertEquals(textWidth("é"), 1);
  assertEquals(textWidth("🦀"), 2);
});

Deno.test("truncateText() never exceeds its columns", () => {
  assertEquals(truncateText("abcdef", 4), "abc…");
  assertEquals(truncateText("日本語", 4), "日…");
  assertEquals(truncateText("abc", 3), "abc");
  assertEquals(truncateText("abc", 0), "");
});
