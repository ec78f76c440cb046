import { assert, assertEquals } from "@std/assert";
import { createFakeContext, fakeJob } from "../../../tests/support/fake_context.ts";
import type { LogLine } from "../../logs/merge.ts";
import { LogWriter } from "./log_writer.ts";

const API = { job: fakeJob(), run: 1 };
const WEB = { job: fakeJob({ id: "Kp2", name: "web" }), run: 1 };
const PLAIN = { isTagged: false, hasTimestamps: false, isRaw: false };
const encoder = new TextEncoder();

function line(text: string, change: Partial<LogLine> = {}): LogLine {
  const timeMs = Date.parse("2026-11-21T12:00:00Z");
  const bytes = encoder.encode(text);
  return { stream: "stdout", timeMs, offset: 0, startsLine: true, bytes, ...change };
}

Deno.test("LogWriter passes bytes on untouched where no terminal is", async () => {
  const ctx = createFakeContext();
  const writer = new LogWriter(ctx, PLAIN);
  await writer.write(API, line("\x1b]0;title\x07a\n"));
  await writer.write(API, line("no newline"));
  await writer.write(API, line("err\n", { stream: "stderr" }));
  assertEquals(ctx.out(), "\x1b]0;title\x07a\nno newlineerr\n");
});

Deno.test("LogWriter lets nothing but colours through to a terminal", async () => {
  const ctx = createFakeContext({ columns: 80, color: true });
  const writer = new LogWriter(ctx, PLAIN);
  await writer.write(API, line("\x1b]0;title\x07\x1b[31mred\x1b[2J\x07\n"));
  assertEquals(ctx.out(), "\x1b[31mred^G\x1b[0m\n");
});

Deno.test("LogWriter passes everything on to a terminal with --raw", async () => {
  const ctx = createFakeContext({ columns: 80 });
  await new LogWriter(ctx, { ...PLAIN, isRaw: true }).write(API, line("\x1b[2Jx\n"));
  assertEquals(ctx.out(), "\x1b[2Jx\n");
});

Deno.test("LogWriter tells jobs apart and never puts two lines into one", async () => {
  const ctx = createFakeContext();
  const writer = new LogWriter(ctx, { ...PLAIN, isTagged: true });
  await Promise.all([
    writer.write(API, line("piece one, ")),
    writer.write(API, line("piece two", { startsLine: false })),
    writer.write(WEB, line("other\n")),
    writer.remark(API, "ended", "V3x (api) exited, run 1"),
  ]);
  assertEquals(
    ctx.out(),
    "[api] piece one, piece two\n[web] other\n[imp] V3x (api) exited, run 1\n",
  );
});

Deno.test("LogWriter says when a line was written", async () => {
  const ctx = createFakeContext();
  await new LogWriter(ctx, { ...PLAIN, hasTimestamps: true }).write(API, line("x\n"));
  assertEquals(ctx.out(), "2026-11-21T12:00:00.000Z x\n");
});

Deno.test("LogWriter writes a line of JSON for every line, notice and remark", async () => {
  const ctx = createFakeContext({ json: true });
  const writer = new LogWriter(ctx, PLAIN);
  await writer.write(API, line("caf\xe9\n"));
  await writer.write(API, { stream: "stderr", timeMs: 0, notice: "cut" });
  await writer.remark(API, "started", "V3x started");
  const values = ctx.out().trimEnd().split("\n").map((each) => JSON.parse(each));
  assertEquals(values.map((each) => each.type), ["line", "notice", "remark"]);
  assertEquals(values[0].text, "café");
  assert(values.every((each) => each.job_id === "V3x" && each.run === 1));
});

Deno.test("LogWriter keeps notices and remarks to itself with --quiet", async () => {
  const ctx = createFakeContext({ quiet: true });
  const writer = new LogWriter(ctx, PLAIN);
  await writer.write(API, { stream: "stderr", timeMs: 0, notice: "cut" });
  await writer.remark(API, "started", "V3x started");
  assertEquals([ctx.out(), ctx.err()], ["", ""]);
});
