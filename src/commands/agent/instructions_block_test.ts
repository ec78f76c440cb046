import { assert, assertEquals } from "@std/assert";
import { placeBlock, type Placed } from "./instructions_block.ts";

const BLOCK = "## Words\nsay $& and `more`\n";

function textOf(placed: Placed): string {
  assert("text" in placed, JSON.stringify(placed));
  return placed.text;
}

Deno.test("placeBlock() puts a block behind all else, once, and in its own place from then on", () => {
  for (const text of ["", "# Mine\n", "# Mine", "# Mine\n\n\n", "# Mine\r\n\r\nwords\r\n"]) {
    const once = textOf(placeBlock(text, BLOCK));
    assert(once.startsWith(text.trimEnd()), once);
    assertEquals(once.includes("\r\n"), text.includes("\r\n"));
    assertEquals(/[^\r]\n/.test(once), !text.includes("\r\n"));
    assertEquals(textOf(placeBlock(once, BLOCK)), once);
    const later = textOf(placeBlock(`${once}\n# Behind\n`, "## Other\n"));
    assert(later.endsWith("\n# Behind\n") && later.includes("## Other"), later);
    assert(!later.includes("Words"), later);
  }
});

Deno.test("placeBlock() takes words that were put there by hand for its own", () => {
  const text = textOf(placeBlock(`# Mine\n${BLOCK}# Behind\n`, BLOCK));
  assertEquals(text.split("## Words").length, 2);
  assert(text.startsWith("# Mine\n<!-- imp: begin") && text.endsWith("-->\n# Behind\n"), text);
});

Deno.test("placeBlock() refuses marks of which it cannot know what is between them", () => {
  const [begin, end] = ["<!-- imp: begin -->", "<!-- imp: end -->"];
  for (
    const text of [begin, end, `${end}\n${begin}`, `${begin}${begin}${end}`, `${begin}${end}${end}`]
  ) assert("wrong" in placeBlock(text, BLOCK), text);
});
