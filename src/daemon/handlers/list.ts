import type { Handler } from "./handler.ts";

/** All jobs, with what they use now. */
export const handleList: Handler<"list", "supervisor" | "sampler" | "bus" | "notices"> = (
  _payload,
  { supervisor, sampler, bus, notices },
) => {
  sampler.refreshNow();
  return { jobs: supervisor.views(), seq: bus.seq, notices: notices() };
};
