import { assertEquals, assertRejects } from "@std/assert";
import { eventually } from "../../tests/support/eventually.ts";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { BUILD, openPaths, startFakeDaemon, toEvent } from "../../tests/support/fake_daemon.ts";
import type { Peer } from "../../tests/support/fake_peer.ts";
import { AppError } from "../base/app_error.ts";
import type { ImpPaths } from "../platform/paths.ts";
import type { EventName } from "../protocol/event.ts";
import type { PayloadOf } from "../protocol/request.ts";
import { connectDaemon } from "./connect.ts";
import { type FollowedItem, followEvents } from "./subscribe.ts";

type Script = (peer: Peer) => Promise<void>;

/** Answers a subscription: the snapshot at `seq`, then these events; returns what was asked. */
async function serve(peer: Peer, seq: number, events: [number, EventName?, object?][] = []) {
  const { id, payload } = await peer.expect("subscribe");
  await peer.send(
    { id, ok: true, data: { seq, jobs: [] } },
    ...events.map(([seq, name, data]) => ({
      type: "event",
      subscription: id,
      event: toEvent(seq, name, data),
    })),
  );
  return payload;
}

function openFollower(paths: ImpPaths, payload: PayloadOf<"subscribe"> = {}) {
  const clock = new FakeClock();
  const states: string[] = [];
  const asked: boolean[] = [];
  const abort = new AbortController();
  const items = followEvents({
    payload,
    clock,
    signal: abort.signal,
    random: () => 1,
    onState: (state, error) => states.push(error ? `${state} ${error.code}` : state),
    connect({ mayStart }) {
      asked.push(mayStart);
      return connectDaemon({ paths, build: BUILD });
    },
  });
  return { clock, states, asked, abort, items };
}

function describe(item: FollowedItem | undefined): string {
  if (item === undefined) return "end";
  if (item.type === "event") return `${item.event.event} ${item.event.seq}`;
  return `snapshot ${item.snapshot.seq}${item.isResumed ? " resumed" : ""}`;
}

/** The next item, letting so much time pass as reconnecting takes. */
async function nextOf(follower: ReturnType<typeof openFollower>): Promise<string> {
  const next = follower.items.next();
  let isThere = false;
  next.then(() => isThere = true, () => isThere = true);
  while (!isThere) await follower.clock.advance(100);
  return describe((await next).value as FollowedItem | undefined);
}

async function takeAll(follower: ReturnType<typeof openFollower>, count: number) {
  const seen: string[] = [];
  while (seen.length < count) seen.push(await nextOf(follower));
  return seen;
}

Deno.test("F41 followEvents() goes on where it was when the daemon is replaced", async () => {
  using world = openPaths();
  const payloads: unknown[] = [];
  const scripts: Script[] = [
    async (peer) => void payloads.push(await serve(peer, 4, [[5], [6]])),
    async (peer) => {
      payloads.push(await serve(peer, 8, [[6], [7], [8], [9]]));
      await peer.gone();
    },
  ];
  await using _daemon = startFakeDaemon(world.paths, (peer) => scripts.shift()!(peer));
  const follower = openFollower(world.paths, { jobs: ["V3x"] });
  assertEquals(await takeAll(follower, 7), [
    "snapshot 4",
    "job_updated 5",
    "job_updated 6",
    "snapshot 8 resumed",
    "job_updated 7",
    "job_updated 8",
    "job_updated 9",
  ]);
  follower.abort.abort();
  assertEquals(await nextOf(follower), "end");
  assertEquals(payloads, [{ jobs: ["V3x"] }, { jobs: ["V3x"], since: 6 }]);
  assertEquals(follower.states, [
    "connected",
    "reconnecting daemon.connection_lost",
    "connected",
  ]);
});

Deno.test("F41 followEvents() misses nothing when it is cut off before it has seen all", async () => {
  using world = openPaths();
  const asked: unknown[] = [];
  const scripts: Script[] = [
    async (peer) => void asked.push((await serve(peer, 4)).since),
    async (peer) => void asked.push((await serve(peer, 9, [[5]])).since),
    async (peer) => {
      asked.push((await serve(peer, 9, [[6]])).since);
      await peer.gone();
    },
  ];
  await using _daemon = startFakeDaemon(world.paths, (peer) => scripts.shift()!(peer));
  const follower = openFollower(world.paths);
  await takeAll(follower, 5);
  follower.abort.abort();
  assertEquals(await nextOf(follower), "end");
  assertEquals(asked, [undefined, 4, 5]);
});

Deno.test("followEvents() begins anew with a store that has begun anew", async () => {
  using world = openPaths();
  const scripts: Script[] = [
    async (peer) => void await serve(peer, 900, [[901]]),
    async (peer) => {
      await serve(peer, 2, [[3]]);
      await peer.gone();
    },
  ];
  await using _daemon = startFakeDaemon(world.paths, (peer) => scripts.shift()!(peer));
  const follower = openFollower(world.paths);
  const seen = await takeAll(follower, 4);
  assertEquals(seen, ["snapshot 900", "job_updated 901", "snapshot 2", "job_updated 3"]);
  follower.abort.abort();
  assertEquals(await nextOf(follower), "end");
});

Deno.test("followEvents() knows up to where a gap goes", async () => {
  using world = openPaths();
  const asked: unknown[] = [];
  const scripts: Script[] = [
    async (peer) => void await serve(peer, 4, [[7, "gap", { from: 5, to: 7 }], [6], [7]]),
    async (peer) => {
      asked.push((await serve(peer, 7)).since);
      await peer.gone();
    },
  ];
  await using _daemon = startFakeDaemon(world.paths, (peer) => scripts.shift()!(peer));
  const follower = openFollower(world.paths, { types: ["job_started"] });
  assertEquals(await takeAll(follower, 3), ["snapshot 4", "gap 7", "snapshot 7 resumed"]);
  assertEquals(asked, [7]);
  follower.abort.abort();
  assertEquals(await nextOf(follower), "end");
});

Deno.test("followEvents() does not bring back a daemon that was stopped on purpose", async () => {
  using world = openPaths();
  const scripts: Script[] = [
    async (peer) => void await serve(peer, 4, [[5, "daemon_stopping"]]),
    async (peer) => void await serve(peer, 5),
    async (peer) => {
      await serve(peer, 5);
      await peer.gone();
    },
  ];
  await using _daemon = startFakeDaemon(world.paths, (peer) => scripts.shift()!(peer));
  const follower = openFollower(world.paths, { types: ["job_started"] });
  assertEquals(await takeAll(follower, 3), [
    "snapshot 4",
    "snapshot 5 resumed",
    "snapshot 5 resumed",
  ]);
  assertEquals(follower.asked, [true, false, true]);
  follower.abort.abort();
  assertEquals(await nextOf(follower), "end");
});

Deno.test("followEvents() rests longer and longer while there is no daemon", async () => {
  using world = openPaths();
  const daemon = startFakeDaemon(world.paths, async (peer) => {
    await serve(peer, 1);
    await peer.gone();
  });
  const clock = new FakeClock();
  const abort = new AbortController();
  const attemptsAtMs: number[] = [];
  let isLost = false;
  const items = followEvents({
    payload: {},
    clock,
    signal: abort.signal,
    random: () => 1,
    first: await connectDaemon({ paths: world.paths, build: BUILD }),
    connect() {
      attemptsAtMs.push(clock.monotonic());
      return Promise.reject(new AppError("daemon.not_running", "None"));
    },
    onState: (state) => isLost ||= state === "reconnecting",
  });
  await items.next();
  const next = items.next();
  await daemon[Symbol.asyncDispose]();
  await eventually("the loss is noticed", () => isLost);
  await clock.advance(16_300);
  assertEquals(attemptsAtMs, [100, 300, 700, 1_500, 3_100, 6_300, 11_300, 16_300]);
  abort.abort();
  assertEquals((await next).done, true);
});

Deno.test("followEvents() throws when there is no daemon in the first place", async () => {
  using world = openPaths();
  const follower = openFollower(world.paths);
  const error = await assertRejects(() => follower.items.next(), AppError);
  assertEquals(error.code, "daemon.not_running");
  assertEquals(follower.states, []);
});

Deno.test("followEvents() throws what will not pass by itself", async () => {
  using world = openPaths();
  const daemon = startFakeDaemon(world.paths, async (peer) => void await serve(peer, 1));
  const follower = openFollower(world.paths);
  await nextOf(follower);
  await daemon[Symbol.asyncDispose]();
  await using _newer = startFakeDaemon(world.paths, (peer) => peer.gone(), {
    hello: { protocol: 2 },
  });
  const error = await assertRejects(() => nextOf(follower), AppError);
  assertEquals(error.code, "version.mismatch");
});

Deno.test("followEvents() hangs up when its reader leaves", async () => {
  using world = openPaths();
  let sawEnd = false;
  await using _daemon = startFakeDaemon(world.paths, async (peer) => {
    await serve(peer, 1);
    await peer.gone();
    sawEnd = true;
  });
  const follower = openFollower(world.paths);
  for await (const item of follower.items) {
    assertEquals(describe(item), "snapshot 1");
    break;
  }
  await _daemon[Symbol.asyncDispose]();
  assertEquals(sawEnd, true);
});

Deno.test("followEvents() begins anew when the daemon has lost its store", async () => {
  using world = openPaths();
  const scripts: Script[] = [
    async (peer) => void await serve(peer, 4, [[5]]),
    async (peer) => {
      const { id, payload } = await peer.expect("subscribe");
      assertEquals(payload.since, 5);
      const error = { code: "events.unknown_seq", message: "There is no event 5 yet" };
      await peer.send({ id, ok: false, error });
      assertEquals(await serve(peer, 2, [[3]]), { types: ["job_updated"] });
      await peer.gone();
    },
  ];
  await using _daemon = startFakeDaemon(world.paths, (peer) => scripts.shift()!(peer));
  const follower = openFollower(world.paths, { types: ["job_updated"] });
  assertEquals(await takeAll(follower, 4), [
    "snapshot 4",
    "job_updated 5",
    "snapshot 2",
    "job_updated 3",
  ]);
  follower.abort.abort();
  assertEquals(await nextOf(follower), "end");
});
