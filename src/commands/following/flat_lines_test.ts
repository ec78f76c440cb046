import { assertEquals } from "@std/assert";
import { eachLine } from "../../logs/line_splitter.ts";
import type { LogItem, LogLines } from "../../logs/log_item.ts";
import { flatLines } from "./flat_lines.ts";

const encoder = new TextEncoder();

function line(text: string, change: Partial<LogLines> = {}): LogLines {
  const end = text.endsWith("\n") ? "line" : "pause";
  const bytes = encoder.encode(text);
  return { stream: "stdout", timeMs: 1, offset: 0, startsLine: true, end, bytes, ...change };
}

/** Each line as text, `…` where it goes on, `<` before what goes on with another. */
async function flatten(...items: LogItem[]): Promise<string[]> {
  async function* batches() {
    for (const item of items) yield [item];
  }
  const result: string[] = [];
  for await (const batch of flatLines(batches())) {
    for (const item of batch) {
      if ("notice" in item) result.push(item.notice);
      else {
        for (const { bytes, end, startsLine } of eachLine(item)) {
          const text = new TextDecoder().decode(bytes);
          result.push((startsLine ? "" : "<") + text + (end === "line" ? "" : "…"));
        }
      }
    }
  }
  return result;
}

Deno.test("flatLines() lets through what has no whole screen, as it is", async () => {
  const items = [line("one\ntwo\n"), line("\x1b[31mred\x1b[0m\n"), line("10%\r20%")];
  assertEquals(await flatten(...items), ["one\n", "two\n", "\x1b[31mred\x1b[0m\n", "10%\r20%…"]);
});

Deno.test("flatLines() makes a line of each row, whatever pieces they come in", async () => {
  assertEquals(await flatten(line("one\x1b[2;1Htwo\n")), ["one\n", "two\n"]);
  const pieces = [line("one"), line("\x1b[2;", { startsLine: false })];
  const rest = line("1Htwo", { startsLine: false });
  assertEquals(await flatten(...pieces, rest, line("!\n", { startsLine: false })), [
    "one…",
    "<\n",
    "two…",
    "<!\n",
  ]);
});

Deno.test("flatLines() goes on behind a whole screen where it was before, and tells of it once", async () => {
  const lines = [
    line("$ vim\x1b[?1049h~\n"),
    line("hidden\n"),
    line("\x1b[?1049l ok\n"),
    line("\x1b[?1049hmore\x1b[?1049l\n"),
    line("err\n", { stream: "stderr" }),
  ];
  assertEquals(await flatten(...lines), ["$ vim…", "screen", "< ok\n", "\n", "err\n"]);
});

Deno.test("flatLines() holds the two streams apart", async () => {
  const lines = [
    line("\x1b[?1049hhidden\n"),
    line("seen\n", { stream: "stderr" }),
    line("\x1b[?1049lend\n"),
  ];
  assertEquals(await flatten(...lines), ["screen", "seen\n", "end\n"]);
});
