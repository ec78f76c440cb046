import type { Handler } from "./handler.ts";

/** One snapshot of everything. */
export const handleStatus: Handler<"status", "sampler" | "snapshot"> = (
  _payload,
  { sampler, snapshot },
) => {
  sampler.refresh();
  return snapshot();
};
