import { assert, assertEquals, assertObjectMatch } from "@std/assert";
import fc from "fast-check";
import {
  appendLines,
  clearBuffer,
  EMPTY_BUFFER,
  MAX_LINES,
  type OutputBuffer,
  scrollFraction,
  scrollRows,
  scrollSideways,
  scrollToTop,
  setFollow,
  setWrap,
  unseenLines,
  visibleRows,
} from "./output_buffer.ts";
import type { OutputLine } from "./output_line.ts";

const VIEW = { width: 10, height: 4 };

function toLines(...texts: (string | number)[]): OutputLine[] {
  return texts.map((text) => ({ kind: "stdout", text: String(text) }));
}

function numbers(from: number, to: number): OutputLine[] {
  return toLines(...Array.from({ length: to - from }, (_, index) => from + index));
}

function fill(to: number, buffer: OutputBuffer = EMPTY_BUFFER): OutputBuffer {
  return appendLines(buffer, numbers(0, to));
}

function seen(buffer: OutputBuffer, view = VIEW): string {
  return visibleRows(buffer, view).map(({ text }) => text).join(" ");
}

Deno.test("visibleRows() shows the end while following", () => {
  assertEquals(seen(fill(2)), "0 1");
  assertEquals(seen(fill(10)), "6 7 8 9");
  assertEquals(seen(appendLines(fill(10), toLines("x"))), "7 8 9 x");
});

Deno.test("appendLines() shows lines without an end below the others until they have one", () => {
  const open = appendLines(fill(10), [], toLines("prompt>"));
  assertEquals(seen(open), "7 8 9 prompt>");
  assertEquals(seen(appendLines(open, toLines("prompt> y"), [])), "7 8 9 prompt> y");
});

Deno.test("appendLines() drops the oldest lines, and numbers stay true", () => {
  const buffer = fill(MAX_LINES + 7);
  assertEquals([buffer.lines.length, buffer.firstNumber, buffer.lines[0]!.text], [
    MAX_LINES,
    7,
    "7",
  ]);
});

Deno.test("appendLines() bounds characters as well as lines", () => {
  let buffer = EMPTY_BUFFER;
  for (let index = 0; index < 2_000; index++) {
    buffer = appendLines(buffer, toLines("x".repeat(8_192)));
  }
  assert(buffer.chars <= 4 * 1024 * 1024);
  assertEquals(buffer.chars, buffer.lines.length * 8_192);
});

Deno.test("scrollRows() up stands still while more comes, and down to the end follows again", () => {
  let buffer = scrollRows(fill(10), -3, VIEW);
  assertEquals([seen(buffer), buffer.follow], ["3 4 5 6", false]);
  buffer = appendLines(buffer, numbers(10, 20));
  assertEquals(seen(buffer), "3 4 5 6");
  buffer = scrollRows(buffer, 2, VIEW);
  assertEquals([seen(buffer), buffer.follow], ["5 6 7 8", false]);
  buffer = scrollRows(buffer, 100, VIEW);
  assertEquals([seen(buffer), buffer.follow, unseenLines(buffer).lines], ["16 17 18 19", true, 0]);
});

Deno.test("scrollRows() ends at the top", () => {
  assertEquals(seen(scrollRows(fill(10), -100, VIEW)), "0 1 2 3");
  assertEquals(seen(scrollToTop(fill(10), VIEW)), "0 1 2 3");
  assertEquals(seen(scrollRows(fill(2), -5, VIEW)), "0 1");
});

Deno.test("a view whose lines are dropped moves to the oldest that are left", () => {
  const buffer = appendLines(scrollToTop(fill(MAX_LINES), VIEW), numbers(0, 5));
  assertEquals(seen(buffer), "5 6 7 8");
});

Deno.test("setFollow() stops where we are and jumps to the end", () => {
  const still = appendLines(setFollow(fill(10), false, VIEW), toLines("x"));
  assertEquals(seen(still), "6 7 8 9");
  assertEquals(seen(setFollow(still, true, VIEW)), "7 8 9 x");
});

Deno.test("setWrap() continues long lines below, and scrolls by rows", () => {
  let buffer = setWrap(
    appendLines(EMPTY_BUFFER, toLines("a", "0123456789ABCDEFGHIJxyz", "b")),
    true,
  );
  assertEquals(seen(buffer), "0123456789 ABCDEFGHIJ xyz b");
  buffer = scrollRows(buffer, -1, VIEW);
  assertEquals(seen(buffer), "a 0123456789 ABCDEFGHIJ xyz");
  assertEquals(seen(scrollRows(buffer, 1, VIEW)), "0123456789 ABCDEFGHIJ xyz b");
});

Deno.test("lines that are not wrapped are cut, and can be scrolled sideways", () => {
  const buffer = appendLines(EMPTY_BUFFER, toLines("0123456789ABCDEF", "short"));
  assertObjectMatch(visibleRows(buffer, VIEW)[0]!, { text: "012345678", isCut: true });
  const right = scrollSideways(buffer, 8, VIEW);
  assertObjectMatch(visibleRows(right, VIEW)[0]!, { text: "6789ABCDEF", isCut: false });
  assertEquals(scrollSideways(right, -100, VIEW).left, 0);
  assertEquals(scrollSideways(right, 1_000, VIEW).left, 6);
  assertEquals(scrollSideways(setWrap(buffer, true), 8, VIEW).left, 0);
});

Deno.test("scrollFraction() goes from top to end", () => {
  assertEquals(scrollFraction(fill(10), VIEW), 1);
  assertEquals(scrollFraction(scrollToTop(fill(10), VIEW), VIEW), 0);
  assertEquals(scrollFraction(EMPTY_BUFFER, VIEW), 1);
});

Deno.test("clearBuffer() keeps only the user's choice of wrapping", () => {
  assertEquals(clearBuffer(setWrap(fill(10), true)), { ...EMPTY_BUFFER, wrap: true });
});

Deno.test("whatever is done to it, the view is full when there is enough to fill it", () => {
  const step = fc.oneof(
    fc.integer({ min: -30, max: 30 }).map((rows) => (b: OutputBuffer) => scrollRows(b, rows, VIEW)),
    fc.array(fc.string({ maxLength: 40 })).map((texts) => (b: OutputBuffer) =>
      appendLines(b, toLines(...texts))
    ),
    fc.string({ maxLength: 30 }).map((text) => (b: OutputBuffer) =>
      appendLines(b, [], toLines(text))
    ),
    fc.boolean().map((wrap) => (b: OutputBuffer) => setWrap(b, wrap)),
    fc.boolean().map((follow) => (b: OutputBuffer) => setFollow(b, follow, VIEW)),
    fc.constant((b: OutputBuffer) => scrollToTop(b, VIEW)),
    fc.integer({ min: -20, max: 20 }).map((cells) => (b: OutputBuffer) =>
      scrollSideways(b, cells, VIEW)
    ),
  );
  const view = fc.record({
    width: fc.integer({ min: 1, max: 30 }),
    height: fc.integer({ min: 1, max: 20 }),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 20 }), view, (steps, view) => {
    const buffer = steps.reduce((b, apply) => apply(b), fill(3));
    const everything = visibleRows(setFollow(buffer, true, view), { ...view, height: 10_000 });
    const rows = visibleRows(buffer, view);
    assertEquals(rows.length, Math.min(everything.length, view.height));
    if (buffer.follow) assertEquals(rows, everything.slice(-view.height));
  }));
});
