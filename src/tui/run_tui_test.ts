import { assert, assertEquals, assertRejects } from "@std/assert";
import { eventually } from "../../tests/support/eventually.ts";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { BUILD, openPaths, startFakeDaemon } from "../../tests/support/fake_daemon.ts";
import type { Message, Peer } from "../../tests/support/fake_peer.ts";
import { FakeTerminal } from "../../tests/support/fake_terminal.ts";
import { DOWN, NOW_MS, toJob, toJobEvent } from "../../tests/support/tui_fixture.ts";
import { AppError } from "../base/app_error.ts";
import { connectDaemon } from "../client/connect.ts";
import type { ImpPaths } from "../platform/paths.ts";
import type { ImpEvent } from "../protocol/event.ts";
import type { JobView } from "../protocol/job_view.ts";
import { runTui } from "./run_tui.ts";

const API = toJob("V3x", { name: "api" });
const WEB = toJob("W4y", { name: "web", ...DOWN });

/** The daemon's side of one connection. */
class Script {
  readonly asked: Message[] = [];
  #peer: Peer | undefined;
  #subscription = 0;

  /** Answers a subscription with these jobs, and every other request with `reply`. */
  async play(
    peer: Peer,
    jobs: readonly JobView[],
    reply: (request: Message) => unknown,
  ): Promise<void> {
    this.#peer = peer;
    for (;;) {
      const request = await peer.next();
      this.asked.push(request);
      if (request.type === "subscribe") {
        this.#subscription = request.id;
        await peer.send({ id: request.id, ok: true, data: { seq: 1, jobs } });
      } else {
        const data = reply(request);
        if (data !== undefined) await peer.send({ id: request.id, ok: true, data });
      }
    }
  }

  async tell(event: ImpEvent): Promise<void> {
    await this.#peer!.send({ type: "event", subscription: this.#subscription, event });
  }

  types(): string {
    return this.asked.map(({ type }) => type).join(" ");
  }
}

interface World extends AsyncDisposable {
  readonly terminal: FakeTerminal;
  readonly clock: FakeClock;
  readonly abort: AbortController;
  readonly ended: Promise<number>;
  /** Lets time pass until the screen shows this. */
  shows(pattern: string | RegExp): Promise<void>;
}

async function open(
  paths: ImpPaths,
  connect?: () => ReturnType<typeof connectDaemon>,
): Promise<World> {
  const terminal = new FakeTerminal();
  const clock = new FakeClock(NOW_MS);
  const abort = new AbortController();
  const dial = () => connectDaemon({ paths, build: BUILD });
  const first = await dial();
  const ended = runTui({
    daemonId: "d",
    logsDir: paths.logsDir,
    color: true,
    clock,
    signal: abort.signal,
    terminal,
    first,
    connect: connect ?? dial,
  });
  ended.catch(() => {});
  return {
    terminal,
    clock,
    abort,
    ended,
    async shows(pattern) {
      await eventually(`the screen shows ${pattern}`, async () => {
        await clock.advance(50);
        return typeof pattern === "string"
          ? terminal.screen.includes(pattern)
          : pattern.test(terminal.screen);
      }, { deadlineMs: 10_000, explain: () => terminal.screen });
    },
    async [Symbol.asyncDispose]() {
      abort.abort();
      await ended.catch(() => {});
      first.close();
      await first.closed;
    },
  };
}

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
  await using world = await open(box.paths);
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
  await using world = await open(box.paths);
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
    const world = await open(box.paths);
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
  await using world = await open(box.paths);
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
  await using world = await open(box.paths);
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

Deno.test("runTui() ends with the code of the signal that ends it, and with the terminal", async () => {
  using box = openPaths();
  await using _daemon = startFakeDaemon(
    box.paths,
    (peer) => new Script().play(peer, [], () => undefined),
  );
  {
    await using world = await open(box.paths);
    world.terminal.end(143);
    assertEquals(await world.ended, 143);
  }
  {
    await using world = await open(box.paths);
    world.terminal.hangUp();
    assertEquals(await world.ended, 0);
  }
  {
    await using world = await open(box.paths);
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
    const world = await open(box.paths, mismatch);
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
