import { type Clock, delay } from "../base/clock.ts";
import { background } from "../platform/guarded.ts";

/** How long a loop rests that should never have ended. */
const REST_MS = 100;

/** What {@linkcode acceptForEver} keeps going. */
export interface AcceptLoop {
  /** Accepts until the listener is closed. */
  readonly accept: () => Promise<void>;
  readonly isOpen: () => boolean;
}

/** Accepts until the listener is closed, whatever is thrown meanwhile: a daemon that accepts no more is as good as dead. */
export function acceptForEver(entry: string, clock: Clock, loop: AcceptLoop): Promise<void> {
  return background(entry, loop.accept, async () => {
    await delay(clock, REST_MS);
    if (loop.isOpen()) await acceptForEver(entry, clock, loop);
  });
}
