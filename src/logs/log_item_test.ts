import { assertEquals } from "@std/assert";
import { lineText } from "./log_item.ts";

Deno.test("lineText() is the line without its end", () => {
  const texts = ["a\n", "a\r\n", "a", "\n", ""].map((text) =>
    lineText(new TextEncoder().encode(text))
  );
  assertEquals(texts, ["a", "a", "a", "", ""]);
  assertEquals(lineText(new Uint8Array([0x61, 0xff])), "a\ufffd");
});
