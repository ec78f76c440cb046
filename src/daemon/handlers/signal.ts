import { AppError } from "../../base/app_error.ts";
import { parseSignal } from "../../platform/os_signals.ts";
import type { Handler } from "../handler.ts";

/** Sends a signal to the whole group of each job; all must be up. */
export const handleSignal: Handler<"signal"> = (payload, { supervisor, host }) => {
  const signal = parseSignal(payload.signal);
  const jobs = supervisor.select(payload);
  for (const job of jobs) {
    if (job.isLive) continue;
    throw new AppError(
      "job.not_up",
      `Cannot signal job ${job.record.name ?? job.id}: it is not up`,
      {
        hint: `Start it first: imp start ${job.record.name ?? job.id}`,
      },
    );
  }
  for (const job of jobs) host.signalGroup(job.run!, signal.name);
  return { jobs: jobs.map((job) => job.view()) };
};
