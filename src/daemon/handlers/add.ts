import type { Handler } from "./handler.ts";
import { startJob, type StartNeeds } from "./run.ts";

/** The same as `run`: the difference is that its client does not follow. */
export const handleAdd: Handler<"add", StartNeeds> = (payload, parts, call) =>
  startJob(payload, parts, call);
