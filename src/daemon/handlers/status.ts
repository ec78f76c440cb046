import type { Handler } from "../handler.ts";

/** One snapshot of everything. */
export const handleStatus: Handler<"status"> = (_payload, { sampler, snapshot }) => {
  sampler.refresh();
  return snapshot();
};
