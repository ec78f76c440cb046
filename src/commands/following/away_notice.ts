import type { ConnectionState } from "../../client/redial.ts";
import type { CommandContext } from "../frame/command.ts";
import { writeNote } from "../frame/write.ts";

/** A restart takes one or two attempts: only what lasts longer is worth a word. */
const QUIET_ATTEMPTS = 3;

/**
 * Says once when the daemon stays away, and once when it is back. What became of its jobs it leaves
 * out: a daemon that was stopped took them along, one that was killed did not.
 */
export function createAwayNotice(ctx: CommandContext): (state: ConnectionState) => void {
  let attempts = 0;
  return (state) => {
    if (state === "reconnecting" && ++attempts === QUIET_ATTEMPTS) {
      writeNote(ctx, "The daemon is away; this goes on when it is back").catch(() => {});
    } else if (state === "connected") {
      if (attempts >= QUIET_ATTEMPTS) writeNote(ctx, "The daemon is back").catch(() => {});
      attempts = 0;
    }
  };
}
