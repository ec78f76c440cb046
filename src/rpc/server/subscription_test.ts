import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { toEvent } from "../../../tests/support/fake_daemon.ts";
import type { ImpEvent } from "../../protocol/event.ts";
import {
  type EventFilter,
  matches,
  Subscription,
  type SubscriptionLimits,
} from "./subscription.ts";

/** A subscription whose reader takes events only when it is ready. */
function open(limits: Partial<SubscriptionLimits> = {}, filter: EventFilter = {}) {
  const state = { isReady: true, dropped: 0, sent: [] as ImpEvent[] };
  const subscription = new Subscription({
    limits: { events: 3, bytes: 100_000, ...limits },
    filter,
    sink: {
      isReady: () => state.isReady,
      send: (frame) => state.sent.push(JSON.parse(new TextDecoder().decode(frame))),
      encode: (event) => new TextEncoder().encode(JSON.stringify(event)),
      onQueued: () => {},
      onDropped: (count) => state.dropped += count,
    },
  });
  return { state, subscription };
}

const brief = (events: readonly ImpEvent[]) =>
  events.map(({ event, seq, data }) => event === "gap" ? `${data.from}-${data.to}` : seq);

Deno.test("Subscription sends at once to who is ready", () => {
  const { state, subscription } = open();
  for (let seq = 1; seq <= 10; seq++) subscription.offer(toEvent(seq));
  assertEquals([brief(state.sent), state.dropped], [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0]);
});

Deno.test("Subscription keeps what fits for who is slow, and tells the rest as a gap where it was", () => {
  const { state, subscription } = open();
  state.isReady = false;
  for (let seq = 1; seq <= 7; seq++) subscription.offer(toEvent(seq));
  assertEquals([brief(state.sent), state.dropped], [[], 4]);
  state.isReady = true;
  subscription.pump();
  subscription.offer(toEvent(8));
  assertEquals(brief(state.sent), [1, 2, 3, "4-7", 8]);
});

Deno.test("Subscription closes a gap as soon as the reader is ready, also when the next event comes first", () => {
  const { state, subscription } = open();
  state.isReady = false;
  for (let seq = 1; seq <= 5; seq++) subscription.offer(toEvent(seq));
  state.isReady = true;
  subscription.offer(toEvent(6));
  assertEquals([brief(state.sent), state.dropped], [[1, 2, 3, "4-5", 6], 2]);
});

Deno.test("Subscription bounds the bytes that wait, but not one event for who is ready", () => {
  const big = toEvent(1, "job_added", { text: "x".repeat(500) });
  const { state, subscription } = open({ events: 100, bytes: 150 });
  subscription.offer(big);
  state.isReady = false;
  subscription.offer(toEvent(2));
  subscription.offer(toEvent(3));
  subscription.offer(toEvent(4));
  state.isReady = true;
  subscription.pump();
  assertEquals(brief(state.sent), [1, 2, "3-4"]);
});

Deno.test("matches() follows job, type and directory; the daemon's own events go to all who want the type", () => {
  const event = (name: ImpEvent["event"], job: string | null, data = {}): ImpEvent => ({
    ...toEvent(1, name, data),
    job_id: job,
  });
  const started = event("job_started", "V3x", { workdir: "/a" });
  const reloaded = event("daemon_reloaded", null);
  const cases: [EventFilter, boolean, boolean][] = [
    [{}, true, true],
    [{ jobs: new Set(["V3x"]) }, true, true],
    [{ jobs: new Set(["W4y"]) }, false, true],
    [{ types: new Set(["job_started"]) }, true, false],
    [{ types: new Set(["daemon_reloaded"]) }, false, true],
    [{ workdir: "/a" }, true, true],
    [{ workdir: "/b" }, false, true],
    [{ jobs: new Set(["V3x"]), types: new Set(["job_started"]), workdir: "/b" }, false, false],
  ];
  for (const [filter, wantsStarted, wantsReloaded] of cases) {
    assertEquals(
      [matches(started, filter), matches(reloaded, filter)],
      [wantsStarted, wantsReloaded],
    );
    assert(matches(event("gap", null), filter));
  }
});

Deno.test("Subscription tells every number once and in order, as an event or in a gap, whatever happens", () => {
  const step = fc.constantFrom("offer", "offer", "offer", "ready", "slow", "pump");
  fc.assert(fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
    const { state, subscription } = open();
    let seq = 0;
    for (const name of steps) {
      if (name === "offer") subscription.offer(toEvent(++seq));
      else if (name === "pump") subscription.pump();
      else state.isReady = name === "ready";
    }
    state.isReady = true;
    subscription.pump();
    let last = 0;
    for (const { event, seq, data } of state.sent) {
      assertEquals(event === "gap" ? data.from : seq, last + 1);
      last = seq;
    }
    assertEquals(last, seq);
  }));
});
