import { AppError } from "../../base/app_error.ts";
import { parseSignal } from "../../platform/os_signals.ts";
import { askerOf } from "../jobs/asker.ts";
import type { Handler } from "./handler.ts";

/** Sends a signal to the whole group of each job; all must be up. */
export const handleSignal: Handler<"signal", "supervisor" | "host"> = (
  payload,
  { supervisor, host },
  call,
) => {
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
  const asker = askerOf("signal", call.connection.peer?.pid);
  for (const job of jobs) job.noteSignal(asker, signal.name);
  const refused = jobs.filter(({ run }) => {
    const outcome = host.signalGroup(run!, signal.name);
    // The shim beside it, which is never another user, has taken it in any case.
    return outcome === "refused" || run!.process !== null && !host.maySignal(run!.process);
  });
  if (refused.length > 0) {
    const which = refused.map((job) => job.record.name ?? job.id).join(" ");
    throw new AppError(
      "permission.signal",
      `Cannot signal what has become another user: ${which}`,
      {
        hint: "What else belongs to the jobs that were named has been signalled",
      },
    );
  }
  return { jobs: jobs.map((job) => job.view()) };
};
