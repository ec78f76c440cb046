import type { Handler } from "./handler.ts";

/** Notes how far a follower has read. */
export const handleHold: Handler<"hold", "holds"> = (
  payload,
  { holds },
  { connection, signal },
) => {
  if (!holds.has(connection)) connection.work.follow();
  holds.set(payload.run_id, connection, {
    stdoutOffset: payload.stdout_offset,
    stderrOffset: payload.stderr_offset,
    signal,
  });
  return {};
};
