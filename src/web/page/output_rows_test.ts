import { assertEquals } from "@std/assert";
import { OutputRows } from "./output_rows.ts";

function open() {
  const rows = new OutputRows();
  return (text: string, more: object = {}) => {
    const line = { type: "line", time: "T", stream: "stdout", text, ...more };
    const { number, kind, spans } = rows.take(line)!;
    return [number, kind, spans.map((span) => [span.text, span.classes])];
  };
}

Deno.test("OutputRows shows a line as a terminal would in the end, with its colours as classes", () => {
  const say = open();
  assertEquals(say("plain"), [0, "stdout", [["plain", ""]]]);
  assertEquals(say("12%\r\x1b[32m100%\x1b[0m"), [1, "stdout", [["100%", "f2"]]]);
  assertEquals(say("\x1b[1;91mbad"), [2, "stdout", [["bad", "a1 f9"]]]);
  assertEquals(say("still"), [3, "stdout", [["still", "a1 f9"]]], "a style goes on");
  assertEquals(say("err", { stream: "stderr" }), [4, "stderr", [["err", ""]]], "in its stream");
});

Deno.test("OutputRows leaves markup as the text that it is, and obeys nothing", () => {
  const say = open();
  const markup = "<script>alert(1)</script><img src=x onerror=alert(1)>&amp;";
  assertEquals(say(markup), [0, "stdout", [[markup, ""]]]);
  assertEquals(say("\x1b]8;;http://evil\x07link\x1b]8;;\x07\x1b]0;title\x07"), [
    ...[1, "stdout", [["link", ""]]],
  ]);
  assertEquals(say("a\u202eb\u200bc"), [2, "stdout", [["abc", ""]]]);
});

Deno.test("OutputRows goes on with a line that pauses, in its row", () => {
  const say = open();
  assertEquals(say("name? ", { partial: true }), [0, "stdout", [["name? ", ""]]]);
  assertEquals(say("warn", { stream: "stderr" }), [1, "stderr", [["warn", ""]]]);
  assertEquals(say("bob", { continued: true }), [0, "stdout", [["name? bob", ""]]]);
  assertEquals(say("next"), [2, "stdout", [["next", ""]]]);
});

Deno.test("OutputRows tells what became of the job, and what is missing", () => {
  const rows = new OutputRows();
  assertEquals(
    rows.take({ type: "remark", text: "V3x started, run 2" })?.spans[0]?.text,
    "V3x started, run 2",
  );
  assertEquals(rows.take({ type: "notice", notice: "gap", bytes: 12 })?.kind, "remark");
  assertEquals(rows.take({ type: "cursor", cursor: "x" }), undefined);
});
