import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { clipText, textWidth } from "./clean_text.ts";
import { measureFor } from "./text_measure.ts";

Deno.test("H textWidth() counts what terminals show, whatever it is made of", () => {
  const widths: Record<string, number> = {
    "abc": 3,
    "é": 1,
    "e\u0301": 1,
    "日本": 4,
    "한글": 4,
    "ﾊﾝ": 2,
    "Ａ": 2,
    "✅": 2,
    "🦀": 2,
    "👍🏽": 2,
    "👨‍👩‍👧‍👦": 2,
    "🏳️‍🌈": 2,
    "🇩🇪🇫🇷": 4,
    "❤️": 2,
    "1️⃣": 2,
    "→…│": 3,
    "a\u200bb": 2,
  };
  for (const [text, width] of Object.entries(widths)) assertEquals(textWidth(text), width, text);
});

Deno.test("H measureFor() says the same of simple text without Unicode's tables", async () => {
  const simple = await measureFor([]);
  for (let code = 0x20; code < 0x2600; code++) {
    const text = String.fromCodePoint(code);
    const isSimple = (await measureFor([text])).width === simple.width;
    if (isSimple) assertEquals(textWidth(text), 1, `U+${code.toString(16)}`);
  }
  const part = fc.constantFrom("a", "é", "…", "│", "ſ", " ");
  fc.assert(fc.property(fc.array(part), fc.integer({ min: -1, max: 20 }), (parts, cells) => {
    const text = parts.join("");
    assertEquals(simple.clip(text, cells), clipText(text, cells));
  }));
});

Deno.test("H measureFor() never cuts a character apart", async () => {
  const measure = await measureFor(["✅ done"]);
  assertEquals([measure.width("✅ done"), measure.clip("✅ done", 4)], [7, "✅ …"]);
  assertEquals(measure.clip("👨‍👩‍👧 x", 2), " …");
  assertEquals(measure.clip("🇩🇪🇫🇷", 3), "🇩🇪…");
});
