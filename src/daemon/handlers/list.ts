import { sumUpJobs } from "../jobs/run_sums.ts";
import type { Handler } from "./handler.ts";

/** All jobs, with what they use now, and where asked with what their runs have in common. */
export const handleList: Handler<"list", "supervisor" | "sampler" | "bus" | "notices" | "store"> = (
  { statistics },
  { supervisor, sampler, bus, notices, store },
) => {
  sampler.refreshNow();
  return {
    jobs: supervisor.views(),
    seq: bus.seq,
    notices: notices(),
    ...statistics && { statistics: sumUpJobs(store.runs.ended()) },
  };
};
