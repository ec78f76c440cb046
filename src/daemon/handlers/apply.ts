import { AppError } from "../../base/app_error.ts";
import { missingForJob } from "../../platform/spawn/job_surroundings.ts";
import type { Schedule } from "../../protocol/schedule.ts";
import type { ScheduleKeeper } from "../jobs/schedule_keeper.ts";
import { refuseTooLarge } from "../../rpc/server/command_size.ts";
import { expectSettings } from "./expect_settings.ts";
import type { Handler } from "./handler.ts";
import { withSignalName } from "./run.ts";

type ApplyNeeds =
  | "projects"
  | "supervisor"
  | "schedules"
  | "bus"
  | "settings"
  | "settingsInForce"
  | "lifecycle";

/** Makes the jobs what a project's file says; what is begun by that is not waited for. */
export const handleApply: Handler<"apply", ApplyNeeds> = async (payload, parts) => {
  const { projects, supervisor, schedules, bus, settings } = parts;
  await expectSettings(parts);
  for (const { command, env } of payload.jobs) {
    refuseTooLarge({ command, env: { ...payload.env, ...env } }, settings().maxCommandBytes);
  }
  for (const { name, schedule } of payload.jobs) await checkSchedule(schedules, name, schedule);
  const { seq } = bus;
  const applied = await projects.apply({ ...payload, jobs: payload.jobs.map(withSignalName) });
  const jobs = applied.map((job) => {
    if (job.action !== "schedule" || job.job_id === null) return job;
    return { ...job, next_run_at: supervisor.byId(job.job_id)?.view().next_run_at };
  });
  const missing = jobs.some(({ action }) => action === "start") ? missingForJob(payload) : [];
  return { jobs, seq, ...missing.length > 0 && { missing } };
};

/** @throws AppError `usage.bad_schedule` */
async function checkSchedule(
  schedules: ScheduleKeeper,
  name: string,
  schedule: Schedule | undefined,
): Promise<void> {
  try {
    await schedules.check(schedule);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, message, hint } = error;
    throw new AppError(code, `Job ${name}: ${message}`, { hint, cause: error });
  }
}
