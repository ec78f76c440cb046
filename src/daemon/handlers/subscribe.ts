import { encodeControl } from "../../protocol/frame.ts";
import type { ImpEvent } from "../../protocol/event.ts";
import type { PayloadOf } from "../../protocol/request.ts";
import { AppError } from "../../base/app_error.ts";
import type { DaemonParts, Handler } from "../handler.ts";
import { type EventFilter, matches, Subscription } from "../subscription.ts";

/** How many stored events are read at once for a replay. */
const REPLAY_PAGE = 500;

/**
 * Opens a subscription: the reply is the snapshot, and every event after it follows on this connection. Taking the
 * snapshot and listening are one step, so nothing falls between.
 */
export const handleSubscribe: Handler<"subscribe"> = (payload, parts, call) => {
  const { id, connection, signal } = call;
  const { bus, settings, counters, supervisor } = parts;
  if (payload.since !== undefined && payload.since > bus.seq) {
    throw new AppError(
      "events.unknown_seq",
      `There is no event ${payload.since} yet: the last is ${bus.seq}`,
    );
  }
  const filter = toFilter(payload, parts);
  const encode = (event: ImpEvent) => encodeControl({ type: "event", subscription: id, event });
  const subscription = new Subscription({
    limits: { events: settings().queueEvents, bytes: settings().queueBytes },
    filter,
    sink: {
      isReady: () => connection.isReady,
      send: (frame) => connection.pushFrame(frame),
      encode,
      onDropped: (count) => counters.dropped_events += count,
    },
  });
  // The reply is queued when this handler has returned; only then may events follow.
  const snapshot = { seq: bus.seq, jobs: supervisor.views() };
  const late: ImpEvent[] = [];
  let isReplayed = false;
  const listening = bus.listen((event) =>
    isReplayed ? subscription.offer(event) : late.push(event)
  );
  const draining = connection.onDrained(() => subscription.pump());
  signal.addEventListener("abort", () => {
    listening[Symbol.dispose]();
    draining[Symbol.dispose]();
  }, { once: true });
  const send = async (event: ImpEvent) => {
    connection.pushFrame(encode(event));
    if (!connection.isReady) await connection.drained();
  };
  call.afterReply(async () => {
    await replay(parts, { payload, until: snapshot.seq, filter }, send);
    isReplayed = true;
    for (const event of late.splice(0)) subscription.offer(event);
  });
  return snapshot;
};

/** Sends what the store has after `since`; what it has no more is a gap. Waits for the client, which may be slow. */
async function replay(
  { store }: DaemonParts,
  { payload, until, filter }: {
    payload: PayloadOf<"subscribe">;
    until: number;
    filter: EventFilter;
  },
  send: (event: ImpEvent) => Promise<void>,
): Promise<void> {
  if (payload.since === undefined) return;
  let seq = payload.since;
  while (seq < until) {
    const page = store.events.since(seq, REPLAY_PAGE) as ImpEvent[];
    if (page.length === 0) return;
    const first = page[0]!;
    if (first.seq > seq + 1) {
      const data = { from: seq + 1, to: first.seq - 1 };
      await send({ event: "gap", seq: data.to, time: first.time, job_id: null, data });
    }
    for (const event of page) {
      if (event.seq > until) return;
      seq = event.seq;
      if (matches(event, filter)) await send(event);
    }
  }
}

function toFilter(payload: PayloadOf<"subscribe">, { supervisor }: DaemonParts): EventFilter {
  return {
    jobs: payload.jobs && new Set(payload.jobs.map((reference) => idOf(reference, supervisor))),
    types: payload.types && new Set(payload.types),
    workdir: payload.workdir,
  };
}

/** A name or prefix becomes an id; what names no job (any more) is taken as the id of one that was. */
function idOf(reference: string, supervisor: DaemonParts["supervisor"]): string {
  try {
    return supervisor.resolve(reference).id;
  } catch (error) {
    if (error instanceof AppError && error.code === "job.not_found") return reference;
    throw error;
  }
}
