import { assert, assertEquals } from "@std/assert";
import { ScreenReplay } from "./screen_replay.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function replay(chunks: readonly string[], rows = 5): string {
  const screen = new ScreenReplay(rows);
  for (const chunk of chunks) screen.push(encoder.encode(chunk));
  return decoder.decode(screen.end().bytes);
}

function* inChunks(text: string, size: number): Generator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

/** Everything that a terminal answers, or that does more than to draw. */
const UNSAFE = [
  ...["\x1b[c", "\x1b[0c", "\x1b[>c", "\x1b[>0c", "\x1b[=c", "\x1bZ", "\x05"],
  ...["\x1b[5n", "\x1b[6n", "\x1b[?6n", "\x1b[?996n", "\x1b[x", "\x1b[>q", "\x1b[>0q"],
  ...["\x1b[?2026$p", "\x1b[4$p", "\x1b[?u", "\x1b[?1;1;0S", "\x1b[1;1;1;1;1;1*y", "\x1b[1$w"],
  ...["\x1b[14t", "\x1b[18t", "\x1b[>0t", "\x1b[8;50;100t", "\x1b[5i", "\x1b[3J", "\x07"],
  ...["\x1b]10;?\x07", "\x1b]11;?\x1b\\", "\x1b]4;1;?\x07", "\x1b]12;?\x07", "\x1b]52;c;?\x07"],
  ...["\x1b]52;c;aGk=\x07", "\x1b]9;done\x07", "\x1b]777;notify;a;b\x1b\\", "\x1b]1337;x\x07"],
  ...["\x1bP$qm\x1b\\", "\x1bP+q544e\x1b\\", "\x1b_Gi=1,a=q;AAAA\x1b\\", "\x1b^x\x1b\\"],
];

const HARMLESS = [
  ...["\x1b[31m", "\x1b[1;4:3m", "\x1b[K", "\x1b[2K", "\x1b[5;6H", "\x1b[A", "\x1b[2C", "\x1b7"],
  ...["\x1b8", "\x1b[?12l", "\x1b]0;title\x07", "\x1b]8;;https://a.b\x1b\\", "\x1b[22;0t", "\x1bM"],
  ...["\x1bPq#0;2;0;0;0\x1b\\", "\x1b[3X", "\x1b[2P", "\x1b[>4;1n", "\x1b[2S", "\x1b[0 q", "é漢"],
];

Deno.test("F152 what a terminal answers is left out, also cut across chunks, and the rest stays as it is", () => {
  for (const text of UNSAFE) {
    for (let at = 0; at <= text.length; at++) {
      const chunks = [`a${text.slice(0, at)}`, `${text.slice(at)}b`];
      assertEquals(replay(chunks), "ab", `${JSON.stringify(text)} cut at ${at}`);
    }
  }
  for (const text of HARMLESS) {
    assertEquals(replay([`a${text}b`]), `a${text}b`, JSON.stringify(text));
  }
  const all = [...UNSAFE, ...HARMLESS].join("-");
  assertEquals(replay([...all]), replay([all]));
});

Deno.test("a sequence that has not come to its end is left for what follows", () => {
  assertEquals(replay(["a\x1b[3"]), "a\x1b[3");
  assertEquals(replay(["a\x1b"]), "a\x1b");
});

Deno.test("of the ordinary screen come as many lines as the terminal has rows", () => {
  const lines = Array.from({ length: 100 }, (_, number) => `line ${number}\r\n`);
  const last = "line 96\r\nline 97\r\nline 98\r\nline 99\r\n$ ";
  assertEquals(replay([...lines, "$ "]), last);
  assertEquals(replay([lines.join("") + "$ "]), last);
  // However it is cut: a chunk may begin with a newline.
  for (let size = 1; size < 50; size++) {
    assertEquals(replay([...inChunks(lines.join("") + "$ ", size)]), last, `chunks of ${size}`);
  }
  assertEquals(replay(["one\r\n", "two"]), "one\r\ntwo");
  assertEquals(replay([""]), "");
});

Deno.test("what was cleared away does not come", () => {
  assertEquals(replay(["old\x1b[H\x1b[2Jnew"]), "\x1b[H\x1b[2Jnew");
  assertEquals(replay(["old\x1b[H\x1b[Jnew"]), "\x1b[H\x1b[2Jnew");
  assertEquals(replay(["old\x1b[Jnew"]), "old\x1b[Jnew");
  assertEquals(replay(["\x1b[?25lold\x1bcnew"]), "\x1b[H\x1b[2Jnew");
});

Deno.test("an alternate screen that was left does not come, the one that is shown does, above the ordinary one", () => {
  const vim = "\x1b[?1049h\x1b[?1h\x1b=\x1b[2Jtext\x1b[2;1Hmore";
  assertEquals(replay([`$ vim\r\n${vim}\x1b[?1l\x1b>\x1b[?1049l$ `]), "$ vim\r\n$ ");
  const shown = replay([`$ vim\r\n${vim}`]);
  assertEquals(shown, "$ vim\r\n\x1b[?1049h\x1b[2J\x1b[?1h\x1b=\x1b[H\x1b[2Jtext\x1b[2;1Hmore");
});

Deno.test("modes that were set before what comes are set", () => {
  const many = "line\r\n".repeat(100);
  assertEquals(replay([`\x1b[?2004h${many}$ `]), `\x1b[?2004h${"line\r\n".repeat(4)}$ `);
  assertEquals(replay([`\x1b[?2004h${many}$ \x1b[?2004l`]).endsWith("$ \x1b[?2004l"), true);
  // Set in front of what was left out, and taken back within it.
  assertEquals(
    replay(["\x1b[?1000h\x1b[?1049hx\x1b[?1000l\x1b[?1049l$ "]).endsWith("\x1b[?1000l"),
    true,
  );
});

Deno.test("a screen that is drawn on for ever is kept in bounds", () => {
  const screen = new ScreenReplay(50);
  screen.push(encoder.encode("\x1b[?1049h\x1b[?25l"));
  const frame = encoder.encode("\x1b[H" + "\x1b[31mx\x1b[32my".repeat(2_000));
  for (let round = 0; round < 100; round++) screen.push(frame);
  const { bytes, modes } = screen.end();
  assert(bytes.length < 300 * 1024, `${bytes.length} bytes`);
  assert(decoder.decode(bytes).startsWith("\x1b[?1049h\x1b[2J\x1b[?25l"));
  assertEquals(modes.changeTo(), "\x1b[?1049l\x1b[?25h");
});

Deno.test("where a part is passed over nothing of before is shown, and its modes are", () => {
  const screen = new ScreenReplay(5);
  screen.push(encoder.encode("\x1b[?2004hold"));
  screen.skip();
  screen.push(encoder.encode("new"));
  assertEquals(decoder.decode(screen.end().bytes), "\x1b[?2004hnew");
});
