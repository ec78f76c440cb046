import { AppError } from "../base/app_error.ts";
import type { ImpEvent } from "../protocol/event.ts";
import type { EventSnapshot } from "../protocol/reply.ts";
import type { PayloadOf } from "../protocol/request.ts";
import type { DaemonClient, EventStream } from "./client.ts";
import { connectionLost } from "./frame_channel.ts";
import { Redial, type RedialOptions } from "./redial.ts";

/** Options of {@linkcode followEvents}. */
export interface FollowEventsOptions extends RedialOptions {
  readonly payload: PayloadOf<"subscribe">;
}

/**
 * What a follower sees. A snapshot comes first and again with every new connection; events that happened in between
 * follow it. `isResumed` is false when some could not be had: at the beginning, and when the daemon lost its store.
 */
export type FollowedItem =
  | {
    readonly type: "snapshot";
    readonly snapshot: EventSnapshot;
    readonly isResumed: boolean;
    /** The connection that the next items come from, for requests beside them. */
    readonly client: DaemonClient;
  }
  | { readonly type: "event"; readonly event: ImpEvent };

/**
 * Events without end: the daemon may be killed, replaced and restarted, and none is missing or told twice. Ends when
 * the signal is aborted.
 * @throws AppError when the first connection fails, or a later one for a reason that will not pass
 */
export async function* followEvents(options: FollowEventsOptions): AsyncGenerator<FollowedItem> {
  using redial = new Redial(options);
  const cursor = new Cursor(options.payload.since);
  try {
    for (;;) {
      const client = await redial.dial();
      let end: unknown;
      try {
        yield* followOne(client, { options, cursor, redial });
        end = client.closeReason ?? connectionLost();
      } catch (error) {
        end = error;
      }
      await redial.lost(end);
    }
  } catch (error) {
    if (!options.signal.aborted) throw error;
  }
}

interface FollowContext {
  readonly options: FollowEventsOptions;
  readonly cursor: Cursor;
  readonly redial: Redial;
}

async function* followOne(
  client: DaemonClient,
  { options, cursor, redial }: FollowContext,
): AsyncGenerator<FollowedItem> {
  const { payload } = options;
  const { snapshot, events } = await subscribe(client, options, cursor);
  const isResumed = cursor.startAt(snapshot.seq);
  yield { type: "snapshot", snapshot, isResumed, client };
  for await (const event of events) {
    if (event.event === "daemon_stopping") redial.mayStart = false;
    if (cursor.advance(event) && isAskedFor(event, payload)) yield { type: "event", event };
  }
}

/** From where the cursor is; from now on, if this daemon has not come so far: its store was lost and began anew. */
async function subscribe(
  client: DaemonClient,
  { payload, signal }: FollowEventsOptions,
  cursor: Cursor,
): Promise<EventStream> {
  const { since: _, ...filter } = payload;
  if (cursor.last === undefined) return await client.subscribe(filter, { signal });
  try {
    return await client.subscribe({ ...filter, since: cursor.last }, { signal });
  } catch (error) {
    const isUnknown = error instanceof AppError && error.code === "events.unknown_seq";
    if (!isUnknown || !cursor.hasStarted) throw error;
    return await client.subscribe(filter, { signal });
  }
}

/** That the daemon is being stopped is told to every subscriber; it is not what every one has asked for. */
function isAskedFor(event: ImpEvent, { types }: PayloadOf<"subscribe">): boolean {
  return types === undefined || event.event === "gap" || types.includes(event.event);
}

/** Up to where everything has been seen. */
class Cursor {
  last: number | undefined;
  /** Whether `last` is from a daemon, and not only asked for. */
  hasStarted = false;

  constructor(since: number | undefined) {
    this.last = since;
  }

  /** A connection begins at this snapshot; true when what came before it follows as events. */
  startAt(snapshotSeq: number): boolean {
    this.hasStarted = true;
    const isResumed = this.last !== undefined && this.last <= snapshotSeq;
    // Otherwise these are the numbers of another store, which began anew.
    if (!isResumed) this.last = snapshotSeq;
    return isResumed;
  }

  /** False for an event that was seen before. */
  advance(event: ImpEvent): boolean {
    const to = event.event === "gap" ? Number(event.data.to ?? event.seq) : event.seq;
    if (this.last !== undefined && to <= this.last) return false;
    this.last = to;
    return true;
  }
}
