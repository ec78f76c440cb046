import type { Handler } from "./handler.ts";
import { toJobDefinition } from "../jobs/job_definition.ts";

/** What a job is defined as, values of the environment that were given by hand among it. */
export const handleGetDefinition: Handler<"get_definition", "supervisor" | "settings"> = (
  { job },
  { supervisor, settings },
) => ({
  definition: toJobDefinition(supervisor.resolve(job).record, settings().stopTimeoutMs),
});
