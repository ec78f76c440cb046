import { refuseTooLarge } from "../../rpc/server/command_size.ts";
import { askerOf } from "../jobs/asker.ts";
import type { Handler } from "./handler.ts";
import { untilStarted, withSignalName } from "./run.ts";

/** Changes what jobs are defined as: at once what needs no start, the rest at the next one, or now if so asked. */
export const handleSet: Handler<"set", "supervisor" | "schedules" | "settings"> = async (
  payload,
  parts,
  call,
) => {
  const { supervisor, schedules, settings } = parts;
  const { command, env = {}, now = false } = payload;
  refuseTooLarge({ command, env }, settings().maxCommandBytes);
  await schedules.check(payload.schedule);
  const jobs = supervisor.select(payload);
  const set = supervisor.definitions.set(jobs, withSignalName(payload));
  const waiting = set.filter(({ amendment }) => amendment.pending.length > 0);
  if (now && waiting.length > 0) {
    const ids = waiting.map(({ job }) => job.id);
    await supervisor.restart({ jobs: ids }, askerOf("set", call.connection.peer?.pid));
    await untilStarted(parts, waiting.map(({ job }) => job), call);
  }
  return {
    jobs: jobs.map((job) => job.view()),
    changes: set.map(({ job, amendment: { changed, pending, envNames } }) => ({
      job_id: job.id,
      changed: now ? [...changed, ...pending] : changed,
      pending: now ? [] : pending,
      env_names: envNames,
    })),
  };
};
