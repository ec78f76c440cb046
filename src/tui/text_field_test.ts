import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { textWidth } from "../text/clean_text.ts";
import { editField, FIELD_KEYS, fieldOf, type TextField, viewField } from "./text_field.ts";

const FAMILY = "👨‍👩‍👧";

/** A field after these keys; `|` stands where its cursor is. */
function after(text: string, ...names: string[]): string {
  const [head = "", tail = ""] = text.split("|");
  let field: TextField = { text: head + tail, cursor: head.length };
  for (const name of names) field = editField(field, { type: "key", name }) ?? field;
  return shown(field);
}

function shown({ text, cursor }: TextField): string {
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`;
}

Deno.test("editField() moves by characters as people count them, and by words", () => {
  assertEquals(after("a日|", "left", "x"), "ax|日");
  assertEquals(after(`${FAMILY}é|`, "left", "left"), `|${FAMILY}é`);
  assertEquals(after(`|${FAMILY}é`, "ctrl+f", "right", "right"), `${FAMILY}é|`);
  assertEquals(after("one two|", "ctrl+a", "ctrl+b", "x"), "x|one two");
  assertEquals(after("|one two", "ctrl+e", "y"), "one twoy|");
  assertEquals(after("one  two |", "ctrl+left"), "one  |two ");
  assertEquals(after("|one  two", "alt+f", "ctrl+right"), "one  two|");
});

Deno.test("editField() erases characters, words and all that is on one side", () => {
  assertEquals(after(`a${FAMILY}|b`, "backspace"), "a|b");
  assertEquals(after(`a|${FAMILY}b`, "delete", "delete", "delete"), "a|");
  assertEquals(after("|a", "backspace"), "|a");
  assertEquals(after("make -j 4|x", "ctrl+w", "ctrl+w"), "make |x");
  assertEquals(after("one| two", "ctrl+u"), "| two");
  assertEquals(after("one| two", "ctrl+k", "ctrl+d"), "one|");
});

Deno.test("editField() writes where the cursor is, a paste as one line, and no more than fits", () => {
  const pasted = editField({ text: "ab", cursor: 1 }, { type: "paste", text: "1\n2\x1b" })!;
  assertEquals(shown(pasted), "a1 2|b");
  const full = fieldOf("x".repeat(4_000));
  assertEquals(editField({ ...full, cursor: 0 }, { type: "key", name: "y" })!.text, full.text);
  assertEquals(editField(full, { type: "key", name: "f5" }), undefined);
  // One code point after the other, as terminals send them.
  assertEquals(after("|", ...Array.from(FAMILY), "left"), `|${FAMILY}`);
});

Deno.test("viewField() shows what is near to the cursor, and cuts no character", () => {
  const view = (text: string, width: number) => {
    const [head = "", tail = ""] = text.split("|");
    const { before, at, behind } = viewField({ text: head + tail, cursor: head.length }, width);
    return `${before}[${at}]${behind}`;
  };
  assertEquals(view("abc|", 10), "abc[ ]");
  assertEquals(view("a|日b", 10), "a[日]b");
  assertEquals(view("abcdefghij|", 6), "…ghij[ ]");
  assertEquals(view("|abcdefghij", 6), "[a]bcde…");
  assertEquals(view("abcde|fghij", 6), "…de[f]g…");
  assertEquals(view("日本語日本|語", 6), "… 本[語]");
});

Deno.test("editField() and viewField() keep cursor and width, whatever is typed", () => {
  const keys = FIELD_KEYS.flatMap((row) => row.keys);
  const typed = fc.constantFrom(...keys, "a", " ", "日", "é", "\u0301", "\u200d", "👩", "🇩", "🇪");
  fc.assert(fc.property(fc.array(typed), fc.integer({ min: 6, max: 20 }), (names, width) => {
    let field = fieldOf("");
    for (const name of names) {
      field = editField(field, { type: "key", name }) ?? field;
      const starts = [...new Intl.Segmenter().segment(field.text)].map(({ index }) => index);
      assert([...starts, field.text.length].includes(field.cursor), JSON.stringify(field));
      const { before, at, behind } = viewField(field, width);
      assert(textWidth(before + at + behind) <= width + 1, JSON.stringify(field));
    }
  }));
});
