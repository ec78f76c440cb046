import { assert, assertEquals } from "@std/assert";
import { LogBox } from "../logs/testdata/log_box.ts";
import { EMPTY_BUFFER, MAX_LINES, scrollRows, scrollToTop, visibleRows } from "./output_buffer.ts";
import type { OutputBuffer } from "./output_buffer.ts";
import {
  appendPage,
  noteKept,
  openPage,
  prependPage,
  showLine,
  wantedPage,
} from "./output_window.ts";
import { keptExtent, type PageSource, readAfter, readAround, readBefore } from "./read_page.ts";

const VIEW = { width: 20, height: 5 };

/** A run of 20,000 lines of which every tenth is of stderr. */
function openRun(): { box: LogBox; source: PageSource } {
  const box = new LogBox();
  const texts = { stdout: "", stderr: "" };
  const ticks: [number, number, number][] = [];
  for (let index = 0; index < 20_000; index++) {
    texts[index % 10 === 9 ? "stderr" : "stdout"] += `line ${index}\n`;
    if (index % 10 === 9) ticks.push([1_000 + index, texts.stdout.length, texts.stderr.length]);
  }
  box.append("stdout", texts.stdout);
  box.append("stderr", texts.stderr);
  box.writeTicks(...ticks);
  const streams = ["stdout", "stderr"] as const;
  return { box, source: { logsDir: box.dir, jobId: "V3x", run: 1, streams, color: true } };
}

/** Reads what the view lacks until it lacks nothing, as frames do. */
function settle(buffer: OutputBuffer, source: PageSource): OutputBuffer {
  const unread = { lines: 0, isAll: true };
  let settled = noteKept(buffer, { extent: keptExtent(source), unread });
  for (let wish = wantedPage(settled, VIEW); wish; wish = wantedPage(settled, VIEW)) {
    if (wish.where === "before") {
      settled = prependPage(settled, readBefore(source, wish.place.offsets));
    } else if (wish.where === "after") {
      settled = appendPage(settled, readAfter(source, wish.place.offsets));
    } else if (wish.seek === "first") settled = openPage(settled, readAfter(source));
    else {
      const opened = openPage(settled, readAround(source, wish.seek));
      settled = showLine(opened, wish.seek, VIEW) ?? opened;
    }
  }
  return settled;
}

function seen(buffer: OutputBuffer): string[] {
  return visibleRows(buffer, VIEW).map(({ text }) => text);
}

function numbersOf(buffer: OutputBuffer): number[] {
  return buffer.lines.map(({ text }) => Number(text.replace("line ", "")));
}

Deno.test("a window scrolls over all that is kept, up and down, and misses no line", () => {
  const { box, source } = openRun();
  using _box = box;
  let buffer = openPage(EMPTY_BUFFER, readBefore(source));
  assertEquals(seen(buffer).at(-1), "line 19999");
  buffer = scrollRows(buffer, -1, VIEW);
  for (let top = 19_994; top > 0; top -= 150) {
    buffer = settle(buffer, source);
    assertEquals(seen(buffer)[0], `line ${top}`);
    assert(buffer.lines.length <= MAX_LINES);
    const numbers = numbersOf(buffer);
    assertEquals(numbers, numbers.map((_, index) => numbers[0]! + index));
    buffer = scrollRows(buffer, -150, VIEW);
  }
  buffer = settle(buffer, source);
  assertEquals([seen(buffer)[0], buffer.hasBefore], ["line 0", false]);
  for (let top = 150; top < 19_995; top += 150) {
    buffer = settle(scrollRows(buffer, 150, VIEW), source);
    assertEquals(seen(buffer)[0], `line ${top}`);
  }
  buffer = scrollRows(buffer, 150, VIEW);
  assertEquals([buffer.follow, seen(buffer).at(-1)], [true, "line 19999"]);
});

Deno.test("scrollToTop() goes to the first line that is kept", () => {
  const { box, source } = openRun();
  using _box = box;
  const end = openPage(EMPTY_BUFFER, readBefore(source));
  assertEquals(seen(settle(scrollToTop(end, VIEW), source))[0], "line 0");
});

Deno.test("a window is opened around any line, of either stream", () => {
  const { box, source } = openRun();
  using _box = box;
  const text = Deno.readTextFileSync(box.paths.stderr);
  for (const number of [9, 4_009, 19_999]) {
    const seek = { kind: "stderr" as const, from: text.indexOf(`line ${number}\n`) };
    const buffer = settle({ ...EMPTY_BUFFER, follow: false, seek }, source);
    assert(seen(buffer).includes(`line ${number}`), seen(buffer).join());
    const numbers = numbersOf(buffer);
    assertEquals(numbers, numbers.map((_, index) => numbers[0]! + index));
  }
});

Deno.test("noteKept() knows that more has come, and lines without an end go on", () => {
  const { box, source } = openRun();
  using _box = box;
  box.append("stdout", "half");
  let buffer = openPage(EMPTY_BUFFER, readBefore(source));
  assertEquals(seen(buffer).at(-1), "half");
  buffer = settle(scrollRows(buffer, -1, VIEW), source);
  assertEquals(buffer.hasAfter, false);
  box.append("stdout", " a line\nnext\n");
  buffer = settle(buffer, source);
  assertEquals(buffer.lines.slice(-2).map(({ text }) => text), ["half a line", "next"]);
});

Deno.test("a line that is longer than a page can be scrolled past", () => {
  const box = new LogBox();
  using _box = box;
  box.append("stdout", `first\n${"x".repeat(3_000_000)}\nlast\n`);
  const streams = ["stdout", "stderr"] as const;
  const source = { logsDir: box.dir, jobId: "V3x", run: 1, streams, color: true };
  let buffer = openPage(EMPTY_BUFFER, readBefore(source));
  buffer = settle(scrollRows(buffer, -1, VIEW), source);
  assertEquals(buffer.lines.map(({ text }) => text.slice(0, 5)), ["first", "xxxxx", "last"]);
  buffer = settle({ ...buffer, seek: "first", follow: false }, source);
  assertEquals(buffer.lines.map(({ text }) => text.slice(0, 5)), ["first", "xxxxx", "last"]);
});
