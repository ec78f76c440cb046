import { assert, assertEquals, assertRejects } from "@std/assert";
import { eventually } from "../../tests/support/eventually.ts";
import { openPaths, startFakeDaemon } from "../../tests/support/fake_daemon.ts";
import { openScreen, Script } from "../../tests/support/screen_world.ts";
import { DOWN, toJob, toJobEvent } from "../../tests/support/tui_fixture.ts";
import { AppError } from "../base/app_error.ts";
import type { AttachedJob } from "./attached_job.ts";

const API = toJob("V3x", { name: "api" });
const WEB = toJob("W4y", { name: "web", ...DOWN });

Deno.test("runTui() shows the jobs, follows events and obeys keys", async () => {
  using box = openPaths();
  const script = new Script();
  await using _daemon = startFakeDaemon(
    box.paths,
    (peer) =>
      script.play(
        peer,
        [API, WEB],
        ({ type }) => type === "stop" ? { jobs: [], survivors: [] } : undefined,
      ),
  );
  await using world = await openScreen(box.paths);
  await world.shows(/▸● api/);
  await script.tell(toJobEvent(2, toJob("X5z", { name: "late" }), "job_added"));
  await world.shows("● late");
  world.terminal.type("s");
  await world.shows("Stopped api");
  assertEquals(script.asked.at(-1).payload, { jobs: ["V3x"] });
  world.terminal.type("\x1b[B");
  await world.shows(/▸[✓●] (web|late)/);
  world.terminal.resize({ columns: 40, rows: 12 });
  await world.shows(/^ imp {2}d {2,}\S.*3 jobs$/m);
  assertEquals(world.terminal.screen.split("\n").length, 12);
  world.terminal.type("q");
  assertEquals(await world.ended, 0);
});

Deno.test("runTui() shows the log files of the selected job", async () => {
  using box = openPaths();
  const script = new Script();
  await using _daemon = startFakeDaemon(
    box.paths,
    (peer) => script.play(peer, [API], () => undefined),
  );
  Deno.mkdirSync(`${box.paths.logsDir}/V3x`, { recursive: true });
  const log = `${box.paths.logsDir}/V3x/1.stdout.log`;
  Deno.writeTextFileSync(log, "listening\n");
  await using world = await openScreen(box.paths);
  await world.shows("│ listening");
  Deno.writeTextFileSync(log, "GET /\n", { append: true });
  await world.shows("│ GET /");
  await script.tell(
    toJobEvent(2, toJob("V3x", { name: "api", ...DOWN, exit_code: 0 }), "job_stopped"),
  );
  await world.shows("── exited with code 0 after 20s ──");
});

Deno.test("runTui() outlives the daemon and says so", async () => {
  using box = openPaths();
  const world = await (async () => {
    const script = new Script();
    await using _daemon = startFakeDaemon(
      box.paths,
      (peer) => script.play(peer, [API], () => undefined),
    );
    const world = await openScreen(box.paths);
    await world.shows(/▸● api/);
    await script.tell({ ...toJobEvent(2, API, "daemon_handover"), job_id: null, data: {} });
    return world;
  })();
  await using _world = world;
  await world.shows("daemon gone: a newer imp takes over, reconnecting…");
  world.terminal.type("s");
  await world.shows(/connection/i);
  const script = new Script();
  await using _daemon = startFakeDaemon(
    box.paths,
    (peer) => script.play(peer, [API, WEB], () => undefined),
  );
  await world.shows("Reconnected: the daemon is back");
  await world.shows("✓ web");
  assertEquals(script.asked[0].payload, { since: 2 });
});

Deno.test("runTui() asks for what processes use at most once a second, one at a time", async () => {
  using box = openPaths();
  const script = new Script();
  await using _daemon = startFakeDaemon(
    box.paths,
    (peer) => script.play(peer, [API], () => undefined),
  );
  await using world = await openScreen(box.paths);
  await world.shows(/▸● api/);
  await world.clock.advance(30_000);
  await eventually("the daemon was asked", () => script.types().includes("status"));
  await world.clock.advance(30_000);
  assertEquals(script.asked.filter(({ type }) => type === "status").length, 1);
});

Deno.test("runTui() draws at most 20 frames a second, however much happens", async () => {
  using box = openPaths();
  const script = new Script();
  await using _daemon = startFakeDaemon(
    box.paths,
    (peer) => script.play(peer, [API], () => undefined),
  );
  await using world = await openScreen(box.paths);
  await world.shows(/▸● api/);
  const before = world.terminal.frames;
  world.terminal.type("?");
  for (let ms = 0; ms < 1_000; ms += 10) {
    world.terminal.type(ms % 20 === 0 ? "x?" : "?");
    await world.clock.advance(10);
  }
  const frames = world.terminal.frames - before;
  assert(frames > 1 && frames <= 22, `${frames} frames`);
});

/** A job's terminal that tells what it is told. */
class FakeAttached implements AttachedJob {
  readonly seen: string[] = [];
  readonly end = Promise.withResolvers<string>();

  run(): Promise<string> {
    this.seen.push("run");
    return this.end.promise;
  }

  type(bytes: Uint8Array): void {
    this.seen.push(new TextDecoder().decode(bytes));
  }

  resize(): void {
    this.seen.push("resize");
  }

  leaving(): string {
    return "MODES";
  }

  [Symbol.dispose](): void {
    this.seen.push("over");
  }
}

Deno.test("runTui() gives the terminal to a job that is attached to, keys and sizes too, and takes it back", async () => {
  using box = openPaths();
  const terminal_size = { columns: 80, rows: 24 };
  const script = new Script();
  await using _daemon = startFakeDaemon(
    box.paths,
    (peer) => script.play(peer, [{ ...API, terminal_size }], () => undefined),
  );
  const attached = new FakeAttached();
  await using world = await openScreen(box.paths, { attach: () => attached });
  const { terminal, clock } = world;
  await world.shows(/▸● api/);
  terminal.type("a");
  await eventually("it is attached", () => attached.seen.length > 0);
  const { frames } = terminal;
  terminal.type("q\x1b");
  await eventually("it has the keys", () => attached.seen.length > 1);
  terminal.resize({ columns: 70, rows: 20 });
  await script.tell(toJobEvent(2, toJob("X5z", { name: "late" }), "job_added"));
  await clock.advance(5_000);
  assertEquals([attached.seen, terminal.frames], [["run", "q\x1b", "resize"], frames]);
  attached.end.resolve("api was left");
  await world.shows(/● late[^]*api was left/);
  assertEquals(terminal.calls, ["lend", "take back after MODES"]);
  assertEquals(attached.seen.at(-1), "over");
  terminal.type("q");
  assertEquals(await world.ended, 0);
});

Deno.test("runTui() gives the terminal to a pager, copies, adds jobs and tells all about one", async () => {
  using box = openPaths();
  const script = new Script();
  await using _daemon = startFakeDaemon(
    box.paths,
    (peer) => script.play(peer, [API], () => undefined),
  );
  Deno.mkdirSync(`${box.paths.logsDir}/V3x`, { recursive: true });
  Deno.writeTextFileSync(`${box.paths.logsDir}/V3x/1.stdout.log`, "grüße\n");
  await using world = await openScreen(box.paths);
  const { terminal } = world;
  await world.shows("│ grüße");
  terminal.type("p");
  await eventually("the terminal was lent", () => terminal.calls.length === 2);
  assertEquals(terminal.calls, ["hand over", "take back"]);
  terminal.type("y");
  await world.shows("Copied 1 line");
  assertEquals(terminal.clipboard, "grüße\n");
  terminal.type("nmake\r");
  await world.shows("add make");
  terminal.type("i");
  await world.shows("all about V3x");
});

Deno.test("runTui() ends with the code of the signal that ends it, and with the terminal", async () => {
  using box = openPaths();
  await using _daemon = startFakeDaemon(
    box.paths,
    (peer) => new Script().play(peer, [], () => undefined),
  );
  {
    await using world = await openScreen(box.paths);
    world.terminal.end(143);
    assertEquals(await world.ended, 143);
  }
  {
    await using world = await openScreen(box.paths);
    world.terminal.hangUp();
    assertEquals(await world.ended, 0);
  }
  {
    await using world = await openScreen(box.paths);
    world.abort.abort();
    assertEquals(await world.ended, 0);
  }
});

Deno.test("runTui() fails when there is no way back to the daemon", async () => {
  using box = openPaths();
  const mismatch = () => Promise.reject(new AppError("version.mismatch", "Too old"));
  const world = await (async () => {
    await using _daemon = startFakeDaemon(
      box.paths,
      (peer) => new Script().play(peer, [], () => undefined),
    );
    const world = await openScreen(box.paths, { connect: mismatch });
    await world.shows("no jobs yet");
    return world;
  })();
  await using _world = world;
  let hasFailed = false;
  world.ended.catch(() => hasFailed = true);
  await eventually("it has failed", async () => {
    await world.clock.advance(1_000);
    return hasFailed;
  });
  await assertRejects(() => world.ended, AppError, "Too old");
});
