// deno-lint-ignore-file no-control-regex
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { PLAIN_STYLE } from "./sgr_style.ts";
import { toStyledLine } from "./styled_line.ts";
import { RESET } from "./clean_text.ts";

function show(line: string, color = true): string {
  return toStyledLine(line, { style: PLAIN_STYLE, color }).text;
}

Deno.test("toStyledLine() lets colours pass, in a form that can be cut anywhere", () => {
  assertEquals(show("a\x1b[31;1mb\x1b[mc"), `a${RESET}\x1b[1m\x1b[31mb${RESET}c`);
  assertEquals(show("\x1b[32mok"), `${RESET}\x1b[32mok${RESET}`);
  assertEquals(
    show("\x1b[1m\x1b[31mx\x1b[0m\x1b[1m\x1b[31my"),
    `${RESET}\x1b[1m\x1b[31mxy${RESET}`,
  );
});

Deno.test("toStyledLine() carries what was not switched off to the next line", () => {
  const first = toStyledLine("a\x1b[31mb", { style: PLAIN_STYLE, color: true });
  const second = toStyledLine("c", { style: first.style, color: true });
  assertEquals(second.text, `${RESET}\x1b[31mc${RESET}`);
  assertEquals(toStyledLine("c", { style: first.style, color: false }).text, "c");
  assertEquals(toStyledLine("", { style: first.style, color: true }).text, "");
});

Deno.test("toStyledLine() leaves out colours where there are none", () => {
  assertEquals(show("a\x1b[31mb\x1b[0mc", false), "abc");
});

Deno.test("toStyledLine() takes out what a terminal would obey", () => {
  const lines = {
    "\x1b]0;title\x07text": "text",
    "\x1b]52;c;aGk=\x1b\\text": "text",
    "\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\": "link",
    "\x1b[2J\x1b[1;1Htext\x1b[K": "text",
    "\x1b[?1049l\x1b[?25htext": "text",
    "\x1bcte\x1b7x\x1b(0t": "text",
    "\x1bP1$r0m\x1b\\te\x1b_apc\x1b\\xt": "text",
    "\x9b31mte\x9d0;title\x9cxt": `${RESET}\x1b[31mtext${RESET}`,
    "\x1b[6ntext\x1b[>c": "text",
    // Without its end a string is shown: a job could hide what follows.
    "\x1b]0;text": "0;text",
    "text\x1b": "text",
    "text\x1b[": "text",
    "te\u202ext\u2066\u200b": "text",
  };
  for (const [line, shown] of Object.entries(lines)) {
    assertEquals(show(line).replace(/\u241b$/, ""), shown, JSON.stringify(line));
  }
});

Deno.test("toStyledLine() shows control characters as pictures and tabs as spaces", () => {
  assertEquals(show("a\0b\x07c\x7f"), "a␀b␇c␡");
  assertEquals(show("a\tb\t\tc"), "a       b               c");
  assertEquals(show("日\tb"), "日      b");
  assertEquals(show("a\u2028b"), "a b");
});

Deno.test("toStyledLine() keeps combining marks to what a row can hold", () => {
  assertEquals(show("e\u0301"), "e\u0301");
  assertEquals(show("h" + "\u0300".repeat(50)), "h" + "\u0300".repeat(4));
});

/** What text.ts calls clean: no control character but SGR in the form of encodeStyle. */
const CLEAN =
  /^(?:[^\x00-\x1f\x7f-\x9f]|\x1b\[0m|\x1b\[(?:[1-479]|[39]\d|4\d|10\d|[34]8;[\d;]+)m)*$/u;

Deno.test("toStyledLine() is clean for any line", () => {
  const part = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(
      "\x1b[",
      "\x1b]",
      "\x1bP",
      "\x9b",
      "\x9d",
      "\x07",
      "\x1b\\",
      "31m",
      "38;5;1m",
      "日",
      "\b",
      "\t",
    ),
  );
  fc.assert(
    fc.property(fc.array(part).map((parts) => parts.join("").replaceAll("\n", "")), (line) => {
      const { text } = toStyledLine(line, { style: PLAIN_STYLE, color: true });
      assertEquals(CLEAN.test(text), true, JSON.stringify(text));
      assertEquals(text.includes("\x1b") && !text.endsWith(RESET), false);
    }),
    { numRuns: 500 },
  );
});
