import { assert, assertEquals } from "@std/assert";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { DaemonLog, type DaemonLogOptions } from "./daemon_log.ts";

interface LogStory {
  readonly path: string;
  readonly clock: FakeClock;
  readonly log: DaemonLog;
  readonly opened: string[];
  /** The messages in a file, without their times. */
  lines(suffix?: string): string[];
  files(): string[];
}

const NOON = new Date(2026, 10, 21, 12).getTime();
const MIDNIGHT = new Date(2026, 10, 22).getTime();

function withLog(
  options: Partial<DaemonLogOptions>,
  work: (story: LogStory) => void | Promise<void>,
): () => Promise<void> {
  return async () => {
    const dir = await Deno.makeTempDir();
    const path = `${dir}/daemon.log`;
    const clock = new FakeClock(NOON);
    const opened: string[] = [];
    const log = new DaemonLog({
      clock,
      path,
      level: "info",
      format: "text",
      maxBytes: 10_000,
      kept: 7,
      onOpened: (at) => opened.push(at),
      ...options,
    });
    const lines = (suffix = "") =>
      Deno.readTextFileSync(path + suffix).split("\n").slice(0, -1).map((line) => line.slice(31));
    const files = () => [...Deno.readDirSync(dir)].map(({ name }) => name).sort();
    try {
      await work({ path, clock, log, opened, lines, files });
    } finally {
      log[Symbol.dispose]();
      await Deno.remove(dir, { recursive: true });
    }
  };
}

Deno.test(
  "DaemonLog writes what is loud enough, and follows new settings",
  withLog({}, ({ log, lines }) => {
    log.debug("a");
    log.info("b");
    log.configure({ level: "error", format: "text", maxBytes: 10_000, kept: 7 });
    log.warn("c");
    log.configure({ level: "debug", format: "json", maxBytes: 10_000, kept: 7 });
    log.debug("d");
    assertEquals(lines().length, 2);
    assertEquals(lines()[0], "b");
    assert(lines()[1]!.includes('"level":"debug"'));
  }),
);

Deno.test(
  "DaemonLog makes its file for its owner only",
  withLog({}, ({ path }) => {
    assertEquals(Deno.statSync(path).mode! & 0o777, 0o600);
  }),
);

Deno.test(
  "DaemonLog begins a new file at local midnight",
  withLog({}, ({ clock, log, lines, files, opened }) => {
    log.info("today");
    clock.jumpTo(MIDNIGHT - 1);
    log.info("still today");
    clock.jumpTo(MIDNIGHT);
    log.info("tomorrow");
    assertEquals([lines(".1"), lines()], [["today", "still today"], ["tomorrow"]]);
    assertEquals(files(), ["daemon.log", "daemon.log.1"]);
    assertEquals(opened.length, 2);
  }),
);

Deno.test(
  "DaemonLog puts yesterday's file aside when it is opened today",
  withLog({}, async ({ path, clock, log, lines }) => {
    log.info("yesterday");
    log[Symbol.dispose]();
    await Deno.utime(path, new Date(NOON), new Date(NOON));
    clock.jumpTo(MIDNIGHT);
    using again = new DaemonLog({
      clock,
      path,
      level: "info",
      format: "text",
      maxBytes: 0,
      kept: 7,
    });
    again.info("today");
    assertEquals([lines(".1"), lines()], [["yesterday"], ["today"]]);
  }),
);

Deno.test(
  "DaemonLog begins a new file before one is too large, and keeps the newest seven",
  withLog({ maxBytes: 100 }, ({ path, log, lines, files }) => {
    for (let number = 0; number < 40; number++) log.info(`record ${number}`);
    assertEquals(files().length, 8);
    const kept = [7, 6, 5, 4, 3, 2, 1].flatMap((number) => lines(`.${number}`));
    const all = [...kept, ...lines()];
    assertEquals(all, all.map((_, index) => `record ${40 - all.length + index}`));
    for (const name of files()) {
      assert(Deno.statSync(path.replace("daemon.log", name)).size <= 100);
    }
    log.configure({ level: "info", format: "text", maxBytes: 100, kept: 2 });
    for (let number = 0; number < 4; number++) log.info(`more ${number}`);
    assertEquals(files(), ["daemon.log", "daemon.log.1", "daemon.log.2"]);
  }),
);

Deno.test(
  "DaemonLog loses no line when somebody renames its file and has it reopened",
  withLog({}, ({ path, log, lines }) => {
    log.info("before");
    Deno.renameSync(path, `${path}.old`);
    log.info("between");
    log.reopen();
    log.info("after");
    assertEquals(lines(".old"), ["before", "between"]);
    assertEquals(lines(), ["log reopened", "after"]);
  }),
);

Deno.test(
  "DaemonLog finds out by itself that its file was removed",
  withLog({}, async ({ path, clock, log, lines }) => {
    log.info("lost with the file");
    Deno.removeSync(path);
    await clock.advance(5_000);
    log.info("there again");
    assertEquals(lines(), ["there again"]);
  }),
);

Deno.test(
  "DaemonLog counts what others write into its file",
  withLog({ maxBytes: 1_000 }, async ({ path, clock, log, files }) => {
    log.info("small");
    Deno.writeTextFileSync(path, "x".repeat(2_000) + "\n", { append: true });
    await clock.advance(5_000);
    log.info("next");
    assertEquals(files(), ["daemon.log", "daemon.log.1"]);
  }),
);

Deno.test(
  "DaemonLog goes on when nothing can be written, and tells afterwards how much was lost",
  withLog({}, async ({ path, clock, log, lines }) => {
    Deno.removeSync(path);
    Deno.mkdirSync(path);
    await clock.advance(5_000);
    for (let number = 0; number < 3; number++) log.info("lost");
    Deno.removeSync(path);
    await clock.advance(1_000);
    log.info("here again");
    assertEquals(lines(), ["records were lost count=3", "here again"]);
  }),
);

Deno.test({
  name: "DaemonLog survives a full disk",
  ignore: Deno.build.os !== "linux",
  fn: withLog({ path: "/dev/full" }, ({ log }) => {
    for (let number = 0; number < 3; number++) log.error("nobody hears");
  }),
});

Deno.test(
  "DaemonLog is not driven to a storm of rotations by a clock that jumps",
  withLog({}, ({ clock, log, files }) => {
    for (const days of [400, 0, -400]) {
      clock.jumpTo(NOON + days * 86_400_000);
      for (let number = 0; number < 10; number++) log.info("tick");
    }
    assert(files().length <= 4);
  }),
);
