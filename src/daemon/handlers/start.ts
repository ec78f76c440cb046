import { forAllJobs } from "../jobs/for_each_job.ts";
import { confirmed } from "../projects/confirmation.ts";
import type { Handler } from "./handler.ts";
import { expectSettings } from "./expect_settings.ts";
import { firstMoments, untilStarted } from "./run.ts";

/** Starts jobs that are down; those that are up are left alone. */
export const handleStart: Handler<"start", "supervisor" | "settingsInForce" | "lifecycle"> = async (
  payload,
  parts,
  call,
) => {
  await expectSettings(parts);
  const wanted = confirmed(parts.supervisor.select(payload), payload);
  const joined = parts.supervisor.select(wanted)
    .filter((job) => job.isUp && job.record.desired === "up").map(({ id }) => id);
  const jobs = parts.supervisor.start(wanted);
  // One on its way down comes back after that.
  await forAllJobs(jobs, (job) => job.settled());
  await untilStarted(parts, jobs, call);
  await firstMoments(parts, jobs, call);
  return { jobs: jobs.map((job) => job.view()), joined };
};
