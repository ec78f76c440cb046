import { assert, assertEquals, assertObjectMatch } from "@std/assert";
import { eventually, withDeadline } from "../../tests/support/eventually.ts";
import { settle } from "../../tests/support/fake_clock.ts";
import { LogBox } from "../logs/testdata/log_box.ts";
import { systemClock } from "../platform/system_clock.ts";
import type { OutputLine } from "./output_line.ts";
import { OutputFeed } from "./output_feed.ts";
import type { OutputAction } from "./action.ts";
import { STREAM_CHOICES } from "./state.ts";

/** The end of both streams. */
const END = { isFollowed: true, isPinned: false, streams: STREAM_CHOICES[0]! };

/** A feed of the job V3x, and what came out of it so far. */
class FeedBox implements AsyncDisposable {
  readonly log = new LogBox();
  readonly actions: OutputAction[] = [];
  readonly feed: OutputFeed;
  /** How often it told that there is something to take. */
  changes = 0;
  #changed = Promise.withResolvers<void>();

  constructor(color = true) {
    this.feed = new OutputFeed({
      logsDir: this.log.dir,
      color,
      clock: systemClock,
      onChange: () => {
        this.changes++;
        this.#changed.resolve();
      },
    });
  }

  show(run = 1, isLive = true, jobId = "V3x"): void {
    this.feed.show({ jobId, run, isLive, ...END });
  }

  /** What is read from where the view is, and not at the end. */
  hold(run = 1): void {
    this.feed.show({ jobId: "V3x", run, isLive: true, ...END, isFollowed: false });
  }

  get lines(): OutputLine[] {
    return this.actions.flatMap((action) => {
      if (action.type === "output_opened") return action.page.lines;
      return action.type === "output" ? action.lines : [];
    });
  }

  /** What was said so far, remarks in brackets, the lines without an end behind them. */
  get text(): string[] {
    const last = this.actions.at(-1);
    const open = last?.type === "output"
      ? last.open
      : last?.type === "output_opened"
      ? last.page.open
      : [];
    return [...this.lines, ...open].map(({ kind, text }) => {
      if (kind === "remark") return `[${text}]`;
      return kind === "stderr" ? `!${text}` : text;
    });
  }

  /** Takes what comes, as frames do, until the predicate holds. */
  async until(name: string, isTrue: () => boolean): Promise<void> {
    await withDeadline(name, this.#takeUntil(isTrue), { explain: () => JSON.stringify(this.text) });
  }

  async #takeUntil(isTrue: () => boolean): Promise<void> {
    for (;;) {
      this.#changed = Promise.withResolvers();
      this.actions.push(...this.feed.take());
      if (isTrue()) return;
      await this.#changed.promise;
    }
  }

  get hasEnded(): boolean {
    return this.actions.at(-1)?.type === "output_ended";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.feed[Symbol.dispose]();
    await settle();
    this.log[Symbol.dispose]();
  }
}

Deno.test("OutputFeed shows what is there, what comes, and the last byte", async () => {
  await using box = new FeedBox();
  box.log.append("stdout", "one\ntwo");
  box.show();
  await box.until("the history", () => box.text.length === 2);
  assertObjectMatch(box.actions[0]!, { type: "output_opened", jobId: "V3x", run: 1 });
  box.log.append("stdout", " and more\nthree");
  await box.until("what came", () => box.text.includes("three"));
  assertEquals(box.text, ["one", "two and more", "three"]);
  box.show(1, false);
  await box.until("the end", () => box.hasEnded);
  assertEquals(box.text, ["one", "two and more", "three"]);
});

Deno.test("OutputFeed puts both streams in the order in which they were written", async () => {
  await using box = new FeedBox();
  box.log.append("stdout", "a\nb\n");
  box.log.append("stderr", "x\ny\n");
  box.log.writeTicks([1_000, 2, 0], [1_100, 2, 2], [1_200, 4, 2], [1_300, 4, 4]);
  box.show(1, false);
  await box.until("the end", () => box.hasEnded);
  assertEquals(box.text, ["a", "!x", "b", "!y"]);
});

Deno.test("OutputFeed makes lines safe and carries colours from line to line", async () => {
  await using box = new FeedBox();
  box.log.append("stdout", "\x1b[31mred\nstill\x1b[0m \x1b]0;title\x07\x1b[2Jplain\n");
  box.log.append("stdout", new Uint8Array([0xff, 0x0a]));
  box.show(1, false);
  await box.until("the end", () => box.hasEnded);
  assertEquals(box.text, [
    "\x1b[0m\x1b[31mred\x1b[0m",
    "\x1b[0m\x1b[31mstill\x1b[0m plain",
    "\ufffd",
  ]);
});

Deno.test("OutputFeed opens the end of what was written before, and knows that there is more", async () => {
  await using box = new FeedBox();
  box.log.append("stdout", "0123456789\n".repeat(200_000));
  box.log.append("stdout", "last\n");
  box.show(1, false);
  await box.until("the end", () => box.hasEnded);
  assertEquals([box.text[0], box.text.at(-1), box.lines.length], ["0123456789", "last", 1_000]);
  assertObjectMatch(box.actions[0]!, {
    page: { hasBefore: true, from: { stdout: 11 * 199_001 }, to: { stdout: 11 * 200_000 + 5 } },
  });
});

Deno.test("OutputFeed jumps to the end when it is far behind", async () => {
  await using box = new FeedBox();
  box.log.append("stdout", "first\n");
  box.show();
  await box.until("the history", () => box.text.length === 1);
  const block = `${"x".repeat(99)}\n`.repeat(10_000);
  const before = box.changes;
  for (let count = 0; count < 10; count++) box.log.append("stdout", block);
  box.log.append("stdout", "last\n");
  await eventually("it has read enough for a frame", () => box.changes > before);
  await box.until("the last line", () => box.text.at(-1) === "last");
  const opened = box.actions.filter(({ type }) => type === "output_opened");
  assert(opened.length >= 2, `${opened.length} times`);
  assert(box.lines.length < 10_000, `${box.lines.length} lines were read`);
});

Deno.test("OutputFeed reads nothing while the view stands still, and counts what is written", async () => {
  await using box = new FeedBox();
  box.log.append("stdout", "first\n");
  box.show();
  await box.until("the history", () => box.text.length === 1);
  box.hold();
  const heldAt = { run: 1, offsets: { stdout: 6, stderr: 0 } };
  assertEquals(box.feed.kept(heldAt).unread, { lines: 0, isAll: true });
  box.log.append("stdout", "second\nthird\n");
  box.log.append("stderr", "other\n");
  assertEquals(box.feed.kept(heldAt), {
    extent: { first: { stdout: 0, stderr: 0 }, end: { stdout: 19, stderr: 6 } },
    unread: { lines: 3, isAll: true },
  });
  assertEquals(box.feed.take(), []);
  box.show();
  await box.until("what came meanwhile", () => box.text.at(-1) === "!other");
});

Deno.test("OutputFeed reads a run to its end before it goes on with the next one", async () => {
  await using box = new FeedBox();
  box.log.append("stdout", "one\n");
  box.show();
  await box.until("the history", () => box.text.length === 1);
  box.log.append("stdout", "last words");
  Deno.writeTextFileSync(`${box.log.dir}/V3x/2.stdout.log`, "two\n");
  box.show(2);
  await box.until("the next run", () => box.text.includes("two"));
  assertEquals(
    box.actions.map((action) => `${action.type} ${action.run}`).filter((each) =>
      !each.startsWith("output ")
    ),
    ["output_opened 1", "output_ended 1", "output_opened 2"],
  );
  assertEquals(box.text, ["one", "last words", "two"]);
});

Deno.test("OutputFeed forgets a job that is not shown any more", async () => {
  await using box = new FeedBox();
  box.log.append("stdout", "one\n");
  box.show();
  await box.until("the history", () => box.text.length === 1);
  Deno.mkdirSync(`${box.log.dir}/W4y`);
  Deno.writeTextFileSync(`${box.log.dir}/W4y/1.stdout.log`, "other\n");
  box.show(1, true, "W4y");
  await box.until("the other job", () => box.text.includes("other"));
  box.log.append("stdout", "two\n");
  Deno.writeTextFileSync(`${box.log.dir}/W4y/1.stdout.log`, "more\n", { append: true });
  await box.until("more of the other job", () => box.text.at(-1) === "more");
  assertEquals(box.text, ["one", "other", "more"]);
});

Deno.test("OutputFeed opens what was forgotten meanwhile again", async () => {
  await using box = new FeedBox();
  box.log.append("stdout", "one\n");
  box.show();
  await box.until("the history", () => box.text.length === 1);
  box.feed.show({ jobId: "V3x", run: 1, isLive: true, ...END }, false);
  await box.until("the history again", () => box.text.length === 2);
  assertEquals(box.actions.map(({ type }) => type), ["output_opened", "output_opened"]);
});

Deno.test("OutputFeed tells of log files that somebody emptied or removed", async () => {
  await using box = new FeedBox();
  box.log.append("stdout", "one\n");
  box.show();
  await box.until("the history", () => box.text.length === 1);
  Deno.truncateSync(box.log.paths.stdout);
  await box.until("the remark", () => box.text.length === 2);
  box.log.append("stdout", "two\n");
  await box.until("what came then", () => box.text.at(-1) === "two");
  Deno.removeSync(box.log.paths.stdout);
  await box.until("the other remark", () => box.text.length === 4);
  assertEquals(box.text, [
    "one",
    "[somebody emptied or shortened the log file]",
    "two",
    "[somebody removed the log file]",
  ]);
});

Deno.test("OutputFeed tells what was dropped, before it came and while it looks", async () => {
  await using box = new FeedBox();
  box.log.append("stdout", "one\n");
  const drops = `${box.log.dir}/V3x/1.stdout.drops`;
  Deno.writeTextFileSync(drops, "1795867200 65536 full\n1795867201 65536 full\n");
  box.show();
  await box.until("the history", () => box.text.length === 2);
  Deno.writeTextFileSync(drops, "1795867260 ? keeper\n", { append: true });
  await box.until("the other remark", () => box.text.length === 3);
  box.log.append("stdout", "two\n");
  await box.until("what came then", () => box.text.at(-1) === "two");
  assertEquals(box.text.toSorted(), [
    "[131072 bytes of stdout were dropped: no room on the disk]",
    "[some bytes of stdout were dropped (how many is not known): what kept the output was killed]",
    "one",
    "two",
  ]);
});

Deno.test("OutputFeed says when a log file cannot be read", async () => {
  await using box = new FeedBox();
  Deno.mkdirSync(box.log.paths.stdout);
  box.show(1, false);
  await box.until("the end", () => box.hasEnded);
  assert(box.text.every((line) => line.startsWith("[cannot read the output: ")), box.text.join());
});
