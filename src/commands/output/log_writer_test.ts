import { assert, assertEquals } from "@std/assert";
import { createFakeContext, fakeJob } from "../../../tests/support/fake_context.ts";
import type { OutputStream } from "../frame/command.ts";
import type { LogLines } from "../../logs/log_item.ts";
import { LogWriter } from "./log_writer.ts";

const API = { job: fakeJob(), run: 1 };
const WEB = { job: fakeJob({ id: "Kp2", name: "web" }), run: 1 };
const PLAIN = { isTagged: false, hasTimestamps: false, isRaw: false };
const encoder = new TextEncoder();

function line(text: string, change: Partial<LogLines> = {}): LogLines {
  const timeMs = Date.parse("2026-11-21T12:00:00Z");
  const bytes = encoder.encode(text);
  return { stream: "stdout", timeMs, offset: 0, startsLine: true, end: "line", bytes, ...change };
}

Deno.test("LogWriter shows other programs the text, and the bytes with --raw", async () => {
  const lines = [
    line("\x1b]0;title\x07\x1b[31mred\x1b[0m\r\n"),
    line("10%\r20%\n"),
    line("no newline\xff"),
    line("err\n", { stream: "stderr" }),
  ];
  const ctx = createFakeContext();
  await new LogWriter(ctx, PLAIN).write(API, lines);
  assertEquals(ctx.out(), "red\n20%\nno newline\xff\nerr\n");
  const raw = createFakeContext();
  await new LogWriter(raw, { ...PLAIN, isRaw: true }).write(API, lines);
  assertEquals(
    raw.out(),
    "\x1b]0;title\x07\x1b[31mred\x1b[0m\r\n10%\r20%\nno newline\xfferr\n",
  );
});

Deno.test("LogWriter tells what was dropped in a line of its own, in JSON with its numbers", async () => {
  const timeMs = Date.parse("2026-11-21T12:00:00Z");
  const drop = { timeMs, bytes: 10, reason: "full" as const };
  const item = { stream: "stdout" as const, timeMs, notice: "dropped" as const, drop };
  const ctx = createFakeContext();
  await new LogWriter(ctx, { ...PLAIN, hasTimestamps: true }).write(API, [item]);
  assertEquals(
    ctx.out(),
    "2026-11-21T12:00:00.000Z [imp] V3x (api): 10 bytes of stdout were dropped: no room on the disk\n",
  );
  const json = createFakeContext({ json: true });
  await new LogWriter(json, PLAIN).write(API, [item]);
  assertEquals(JSON.parse(json.out()), {
    type: "notice",
    time: "2026-11-21T12:00:00.000Z",
    job_id: "V3x",
    job_name: "api",
    run: 1,
    stream: "stdout",
    notice: "dropped",
    bytes: 10,
    reason: "full",
  });
});

Deno.test("B4 LogWriter continues a question in its place, and below what came between", async () => {
  for (const columns of [undefined, 80]) {
    const ctx = createFakeContext(columns === undefined ? {} : { columns });
    const writer = new LogWriter(ctx, { ...PLAIN, isTagged: true });
    await writer.write(API, [line("Continue? ", { end: "pause" })]);
    assertEquals(ctx.out(), "[api] Continue? ");
    await writer.write(API, [line("yes\n", { startsLine: false })]);
    await writer.write(API, [line("Sure? ", { end: "pause" })]);
    await writer.write(WEB, [line("other\n")]);
    await writer.remark(API, "ended", "V3x (api) exited, run 1");
    await writer.write(API, [line("no", { startsLine: false, end: "pause" })]);
    await writer.write(API, [line("!\n", { startsLine: false })]);
    assertEquals(
      ctx.out(),
      "[api] Continue? yes\n[api] Sure? \n[web] other\n[imp] V3x (api) exited, run 1\n[api] no!\n",
    );
  }
});

Deno.test("B4 LogWriter never puts lines of both streams into one, but for --raw", async () => {
  for (const isRaw of [false, true]) {
    const ctx = createFakeContext();
    const writer = new LogWriter(ctx, { ...PLAIN, isRaw });
    await writer.write(API, [line("Continue? ", { end: "pause" })]);
    await writer.write(API, [line("err\n", { stream: "stderr" })]);
    await writer.write(API, [line("yes\n", { startsLine: false })]);
    assertEquals(ctx.out(), isRaw ? "Continue? err\nyes\n" : "Continue? \nerr\nyes\n");
  }
});

Deno.test("B4 LogWriter paints a progress bar anew in its place, and tells a program each stop", async () => {
  const bar = [
    line("\r10%", { end: "pause" }),
    line("\r20%", { startsLine: false, end: "pause" }),
    line("\r\x1b[K", { startsLine: false, end: "pause" }),
    line("\x1b[32mdone\x1b[0m\n", { startsLine: false }),
    line("next\n"),
  ];
  const terminal = createFakeContext({ columns: 80, color: true });
  await new LogWriter(terminal, { ...PLAIN, isTagged: true }).write(API, bar);
  const anew = "\r\x1b[2K\x1b[36m[api] \x1b[0m";
  assertEquals(
    terminal.out(),
    `${anew.slice(5)}10%${anew}20%${anew}${anew}\x1b[0m\x1b[32mdone\x1b[0m\n${anew.slice(5)}next\n`,
  );
  const pipe = createFakeContext();
  await new LogWriter(pipe, PLAIN).write(API, bar);
  assertEquals(pipe.out(), "10%\n20%\n\ndone\nnext\n");
});

Deno.test("B4 LogWriter keeps what it paints anew to a row, and goes below what is longer", async () => {
  const ctx = createFakeContext({ columns: 10 });
  const writer = new LogWriter(ctx, PLAIN);
  await writer.write(API, [line("\r[=========>  ] 50%", { end: "pause" })]);
  assertEquals(ctx.out(), "[=======…");
  await writer.write(API, [line("\r[===========>] 99%\n", { startsLine: false })]);
  assertEquals(ctx.out(), "[=======…\r\x1b[2K[===========>] 99%\n");
  const wide = createFakeContext({ columns: 10 });
  const other = new LogWriter(wide, PLAIN);
  await other.write(API, [line("longer than a row", { end: "pause" })]);
  await other.write(API, [line("\rLonger", { startsLine: false, end: "pause" })]);
  assertEquals(wide.out(), "longer than a row\nLonger t…");
});

Deno.test("B5 LogWriter shows of a line in many pieces what is seen in the end", async () => {
  const ctx = createFakeContext({ columns: 80 });
  const writer = new LogWriter(ctx, PLAIN);
  await writer.write(API, [line("\r1%", { end: "piece" })]);
  await writer.write(API, [line("\r2%", { startsLine: false, end: "piece" })]);
  await writer.write(API, [line("\r3%", { startsLine: false })]);
  assertEquals(ctx.out(), "3%");
});

Deno.test("B4 LogWriter says in JSON that more of a line follows, and that it is the rest of one", async () => {
  const ctx = createFakeContext({ json: true });
  const writer = new LogWriter(ctx, PLAIN);
  await writer.write(API, [line("Continue? ", { end: "pause" })]);
  await writer.write(API, [line("yes\n", { startsLine: false })]);
  const [first, rest] = ctx.out().trimEnd().split("\n").map((each) => JSON.parse(each));
  assertEquals([first.text, first.partial, first.continued], ["Continue? ", true, undefined]);
  assertEquals([rest.text, rest.partial, rest.continued], ["yes", undefined, true]);
});

Deno.test("LogWriter lets nothing but colours through to a terminal", async () => {
  const ctx = createFakeContext({ columns: 80, color: true });
  const writer = new LogWriter(ctx, PLAIN);
  await writer.write(API, [line("\x1b]0;title\x07\x1b[31mred\x1b[2J\x07\n")]);
  assertEquals(ctx.out(), "\x1b[31mred^G\x1b[0m\n");
});

Deno.test("LogWriter passes everything on to a terminal with --raw", async () => {
  const ctx = createFakeContext({ columns: 80 });
  await new LogWriter(ctx, { ...PLAIN, isRaw: true }).write(API, [line("\x1b[2Jx\n")]);
  assertEquals(ctx.out(), "\x1b[2Jx\n");
});

Deno.test("LogWriter tells jobs apart and never puts two lines into one", async () => {
  const ctx = createFakeContext();
  const writer = new LogWriter(ctx, { ...PLAIN, isTagged: true });
  await Promise.all([
    writer.write(API, [line("piece one, ")]),
    writer.write(API, [line("piece two", { startsLine: false })]),
    writer.write(WEB, [line("other\n")]),
    writer.remark(API, "ended", "V3x (api) exited, run 1"),
  ]);
  assertEquals(
    ctx.out(),
    "[api] piece one, piece two\n[web] other\n[imp] V3x (api) exited, run 1\n",
  );
});

Deno.test("LogWriter says when a line was written", async () => {
  const ctx = createFakeContext();
  await new LogWriter(ctx, { ...PLAIN, hasTimestamps: true }).write(API, [line("x\n")]);
  assertEquals(ctx.out(), "2026-11-21T12:00:00.000Z x\n");
});

Deno.test("LogWriter writes a line of JSON for every line, notice and remark", async () => {
  const ctx = createFakeContext({ json: true });
  const writer = new LogWriter(ctx, PLAIN);
  await writer.write(API, [line("caf\xe9\n")]);
  await writer.write(API, [{ stream: "stderr", timeMs: 0, notice: "gap", from: 0, to: 9 }]);
  await writer.remark(API, "started", "V3x started");
  const values = ctx.out().trimEnd().split("\n").map((each) => JSON.parse(each));
  assertEquals(values.map((each) => each.type), ["line", "notice", "remark"]);
  assertEquals(values[0].text, "café");
  assert(values.every((each) => each.job_id === "V3x" && each.run === 1));
});

Deno.test("LogWriter keeps notices and remarks to itself with --quiet", async () => {
  const ctx = createFakeContext({ quiet: true });
  const writer = new LogWriter(ctx, PLAIN);
  await writer.write(API, [{ stream: "stderr", timeMs: 0, notice: "gap", from: 0, to: 9 }]);
  await writer.remark(API, "started", "V3x started");
  assertEquals([ctx.out(), ctx.err()], ["", ""]);
});

Deno.test("B9 LogWriter writes many lines at once, and asks a terminal only whether it is one", async () => {
  const ctx = createFakeContext();
  let [asked, writes] = [0, 0];
  const stdout: OutputStream = {
    ...ctx.stdout,
    get isTerminal() {
      asked++;
      return false;
    },
    write: (data) => {
      writes++;
      return ctx.stdout.write(data);
    },
  };
  const text = "a line\n".repeat(1_000);
  const options = [PLAIN, { ...PLAIN, isTagged: true }, { ...PLAIN, isRaw: true }];
  for (const each of options) {
    await new LogWriter({ ...ctx, stdout }, each).write(API, [line(text)]);
  }
  assertEquals([asked, writes], [options.length, options.length]);
  assertEquals(ctx.out(), text + text.replaceAll("a l", "[api] a l") + text);
});

Deno.test("B9 LogWriter writes more than it can hold in order", async () => {
  const ctx = createFakeContext();
  const text = "x".repeat(40_000);
  const items = [line(`1${text}\n`), line(`2${text}${text}\n`), line(`3${text}\n`)];
  await new LogWriter(ctx, { ...PLAIN, isTagged: true }).write(API, items);
  assertEquals(ctx.out().replaceAll("x", ""), "[api] 1\n[api] 2\n[api] 3\n");
});
