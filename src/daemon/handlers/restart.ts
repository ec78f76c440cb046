import { mergeEnvironment, namesOfDifferences } from "../jobs/amendment.ts";
import { confirmed } from "../projects/confirmation.ts";
import { askerOf } from "../jobs/asker.ts";
import type { Handler } from "./handler.ts";
import { firstMoments, untilStarted } from "./run.ts";

/**
 * Stops what is up, then starts; the reply comes when the new runs run. They have the environment that they were added
 * with: where the caller's is different that is said, or taken over if so asked.
 */
export const handleRestart: Handler<"restart", "supervisor"> = async (payload, parts, call) => {
  const { supervisor } = parts;
  const { env = {}, update_env = false } = payload;
  const wanted = confirmed(supervisor.select(payload), payload);
  const different = supervisor.select(wanted).map((job) => ({
    job,
    env_names: namesOfDifferences(job.record, env),
  })).filter(({ env_names }) => env_names.length > 0);
  if (update_env) {
    for (const { job } of different) {
      supervisor.definitions.setEnvironment(job, mergeEnvironment(job.record, env));
    }
  }
  const jobs = await supervisor.restart(wanted, askerOf("restart", call.connection.peer?.pid));
  await untilStarted(parts, jobs, call);
  await firstMoments(parts, jobs, call);
  const env_differs = update_env
    ? []
    : different.map(({ job, env_names }) => ({ job_id: job.id, env_names }));
  return {
    jobs: jobs.map((job) => job.view()),
    ...env_differs.length > 0 && { env_differs },
  };
};
