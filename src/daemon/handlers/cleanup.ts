import { delay } from "../../base/clock.ts";
import type { Handler } from "../handler.ts";

/** A job takes about a millisecond; others are served in between. */
const AT_ONCE = 100;

/** Removes every job that is down. */
export const handleCleanup: Handler<"cleanup"> = async (_payload, { supervisor, clock }) => {
  const removed: string[] = [];
  for (;;) {
    const some = supervisor.cleanup(AT_ONCE);
    removed.push(...some.map((job) => job.id));
    if (some.length < AT_ONCE) return { removed };
    await delay(clock, 0);
  }
};
