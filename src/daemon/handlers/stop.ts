import { parseSignal } from "../../platform/os_signals.ts";
import { askerOf } from "../jobs/asker.ts";
import type { Handler } from "./handler.ts";

/** Stops jobs; the reply comes when nothing is left of them, or names what refused to die. */
export const handleStop: Handler<"stop", "supervisor" | "projects"> = async (
  payload,
  { supervisor, projects },
  call,
) => {
  const how = {
    asker: askerOf(payload.in_order ? "down" : "stop", call.connection.peer?.pid),
    ...(payload.signal === undefined ? {} : { signal: parseSignal(payload.signal).name }),
    ...(payload.timeout_ms === undefined ? {} : { timeoutMs: payload.timeout_ms }),
  };
  const { jobs, survivors, ended } =
    await (payload.in_order ? projects.stop(payload, how) : supervisor.stop(payload, how));
  const views = jobs.map((job) => job.view());
  return { jobs: views, survivors, ...(ended.length > 0 ? { ended } : {}) };
};
