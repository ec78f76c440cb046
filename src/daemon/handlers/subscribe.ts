import { AppError } from "../../base/app_error.ts";
import { toIsoTime } from "../../base/clock.ts";
import { background, guarded } from "../../platform/guarded.ts";
import type { ImpEvent } from "../../protocol/event.ts";
import { encodeControl } from "../../protocol/frame.ts";
import type { PayloadOf } from "../../protocol/request.ts";
import type { Call } from "../../rpc/server/call.ts";
import type { Handler, HandlerParts, Needs } from "./handler.ts";
import { type EventFilter, matches, Subscription, toGap } from "../../rpc/server/subscription.ts";

type FollowNeeds = "supervisor" | "bus" | "store" | "clock" | "settings" | "counters";

/** How many stored events are read at once for a replay. */
const REPLAY_PAGE = 500;

/** Each costs a look at every event; a client needs one or two. */
const MOST_PER_CONNECTION = 32;
const opened = new WeakMap<Call["connection"], number>();

/**
 * Opens a subscription: the reply is the snapshot, and every event after it follows on this connection, those after
 * `since` before them. What happens while the reply is on its way, or while old events are replayed to a slow client,
 * is in the store: the subscription goes live in the very step in which it has caught up.
 */
export const handleSubscribe: Handler<"subscribe", FollowNeeds> = (payload, parts, call) => {
  const { bus, supervisor } = parts;
  const { connection } = call;
  if (payload.since !== undefined && payload.since > bus.seq) {
    throw new AppError(
      "events.unknown_seq",
      `There is no event ${payload.since} yet: the last is ${bus.seq}`,
    );
  }
  const filter = toFilter(payload, parts);
  count(connection);
  const snapshot = { seq: bus.seq, jobs: supervisor.views() };
  const since = payload.since ?? snapshot.seq;
  call.afterReply(() => {
    const follow = () => deliver({ filter, since }, parts, call);
    background("subscribe.deliver", follow, (error) => connection.end(error));
  });
  return snapshot;
};

function count(connection: Call["connection"]): void {
  const number = (opened.get(connection) ?? 0) + 1;
  if (number > MOST_PER_CONNECTION) {
    throw new AppError(
      "limit.subscriptions",
      `A connection can have ${MOST_PER_CONNECTION} subscriptions at most`,
    );
  }
  connection.work.follow();
  opened.set(connection, number);
}

function encoderFor({ id }: Call): (event: ImpEvent) => Uint8Array {
  return (event) => encodeControl({ type: "event", subscription: id, event });
}

/** Sends what the store has after `since`, as fast as the client takes it, then what happens. */
async function deliver(
  { filter, since }: { filter: EventFilter; since: number },
  parts: Needs<FollowNeeds>,
  call: Call,
): Promise<void> {
  const { connection, signal } = call;
  const { bus } = parts;
  const encode = encoderFor(call);
  let seq = since;
  while (seq < bus.seq) {
    for (const event of readPage(parts, seq)) {
      seq = event.seq;
      if (!matches(event, filter)) continue;
      connection.pushFrame(encode(event));
      if (!connection.isReady) await connection.drained();
      if (signal.aborted) return;
    }
  }
  // Nothing may be awaited since the last look at bus.seq.
  goLive(filter, parts, call);
}

/** Some stored events after `since`, at least one; what the store has no more is a gap. */
function readPage(
  { store, bus, clock }: Needs<"store" | "bus" | "clock">,
  since: number,
): ImpEvent[] {
  const found = store.events.since(since, REPLAY_PAGE) as ImpEvent[];
  const events: ImpEvent[] = [];
  let seq = since;
  for (const event of found) {
    if (event.seq > seq + 1) events.push(toGap({ from: seq + 1, to: event.seq - 1 }, event.time));
    events.push(event);
    seq = event.seq;
  }
  if (found.length > 0) return events;
  return [toGap({ from: since + 1, to: bus.seq }, toIsoTime(clock.now()))];
}

function goLive(
  filter: EventFilter,
  { bus, settings, counters }: Needs<"bus" | "settings" | "counters">,
  call: Call,
): void {
  const { connection, signal } = call;
  const subscription = new Subscription({
    limits: { events: settings().queueEvents, bytes: settings().queueBytes },
    filter,
    sink: {
      isReady: () => connection.isReady,
      send: (frame) => connection.pushFrame(frame),
      encode: encoderFor(call),
      onDropped: (count) => counters.dropped_events += count,
      onQueued: (bytes) => connection.share.holdMore("events", bytes),
    },
  });
  // Who has missed an event must not believe that there was none: it comes again and asks for what it has not seen.
  const giveUp = () => connection.close();
  const listening = bus.listen("subscribe.event", (event) => subscription.offer(event), giveUp);
  const draining = connection.onDrained(
    guarded("subscribe.drained", () => subscription.pump(), giveUp),
  );
  const end = guarded("subscribe.end", () => {
    listening[Symbol.dispose]();
    draining[Symbol.dispose]();
  });
  signal.addEventListener("abort", end, { once: true });
}

function toFilter(
  payload: PayloadOf<"subscribe">,
  { supervisor }: Needs<"supervisor">,
): EventFilter {
  return {
    jobs: payload.jobs && new Set(payload.jobs.map((reference) => idOf(reference, supervisor))),
    types: payload.types && new Set(payload.types),
    workdir: payload.workdir,
  };
}

/** A name or prefix becomes an id; what names no job (any more) is taken as the id of one that was. */
function idOf(reference: string, supervisor: HandlerParts["supervisor"]): string {
  try {
    return supervisor.resolve(reference).id;
  } catch (error) {
    if (error instanceof AppError && error.code === "job.not_found") return reference;
    throw error;
  }
}
