import type { Handler } from "../handler.ts";
import { untilStarted } from "./run.ts";

/** Stops what is up, then starts; the reply comes when the new runs run. */
export const handleRestart: Handler<"restart"> = async (payload, parts, call) => {
  const jobs = await parts.supervisor.restart(payload);
  await untilStarted(parts, jobs, call);
  return { jobs: jobs.map((job) => job.view()) };
};
