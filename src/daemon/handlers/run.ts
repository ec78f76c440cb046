import type { JobSpec } from "../../protocol/job_spec.ts";
import type { AddReply } from "../../protocol/reply.ts";
import { AppError } from "../../base/app_error.ts";
import { toRunId } from "../../base/ids.ts";
import { missingForJob } from "../../platform/spawn/job_surroundings.ts";
import { parseSignal } from "../../platform/os_signals.ts";
import { refuseTooLarge } from "../../rpc/server/command_size.ts";
import { expectSettings } from "./expect_settings.ts";
import type { Job } from "../jobs/job.ts";
import type { Call } from "../../rpc/server/call.ts";
import type { Handler, Needs } from "./handler.ts";

/** What a start needs: the jobs, and settings that are right. */
export type StartNeeds = "supervisor" | "schedules" | "settings" | "settingsInForce" | "lifecycle";

/** How long a shim may take to prove that it started, before the reply goes out without that. */
const START_PATIENCE_MS = 5_000;

/** What is over within so long is told as over: following it would take its client longer. */
const SHORT_RUN_MS = 10;

/** Makes or reuses a job, and starts it unless it is up. The reply comes when it runs, or could not. */
export const handleRun: Handler<"run", StartNeeds> = (payload, parts, call) =>
  startJob(payload, parts, call, SHORT_RUN_MS);

/** What `run` and `add` have in common: all of it, but for what the client does afterwards. */
export async function startJob(
  spec: JobSpec,
  parts: Needs<StartNeeds>,
  call: Call,
  momentsMs = 0,
): Promise<AddReply> {
  const { supervisor, schedules, settings } = parts;
  await expectSettings(parts);
  refuseTooLarge(spec, settings().maxCommandBytes);
  await schedules.check(spec.schedule);
  const { job, action, amendment, twins } = supervisor.add(withSignalName(spec));
  // One that is up has what it has.
  const missing = action === "joined" ? [] : missingForJob(spec);
  // Somebody stops it on its way down first: its start comes after that.
  await job.settled();
  await untilStarted(parts, [job], call);
  if (momentsMs > 0 && action !== "joined") await firstMoments(parts, [job], call, momentsMs);
  return {
    job: job.view(),
    run_id: toRunId(job.id, job.record.run),
    action,
    ...amendment && {
      changed: amendment.changed,
      pending: amendment.pending,
      env_names: amendment.envNames,
    },
    ...twins.length > 0 && { twins: twins.map(({ id }) => id) },
    ...missing.length > 0 && { missing },
  };
}

/** With the name that the system has for the stop signal. @throws AppError `usage.bad_signal` when it has none */
export function withSignalName<Spec extends Pick<JobSpec, "stop_signal">>(spec: Spec): Spec {
  if (spec.stop_signal === undefined) return spec;
  return { ...spec, stop_signal: parseSignal(spec.stop_signal).name };
}

/** A command that cannot work often ends within so long: then the reply tells it. */
const FIRST_MOMENTS_MS = 30;

/** Resolves when all of the jobs are over already, or their first moments are. */
export async function firstMoments(
  { supervisor }: Needs<"supervisor">,
  jobs: readonly Job[],
  { signal }: Call,
  timeoutMs = FIRST_MOMENTS_MS,
): Promise<void> {
  const options = { condition: "exited", timeoutMs, signal } as const;
  await unlessTimedOut(supervisor.waitFor(jobs, options));
}

/** Resolves when none of the jobs is `starting` any more, or patience ends. */
export async function untilStarted(
  { supervisor }: Needs<"supervisor">,
  jobs: readonly Job[],
  { signal }: Call,
): Promise<void> {
  // Then the reply shows it as it is: starting.
  const options = { condition: "started", timeoutMs: START_PATIENCE_MS, signal } as const;
  await unlessTimedOut(supervisor.waitFor(jobs, options));
}

async function unlessTimedOut(waiting: Promise<unknown>): Promise<void> {
  try {
    await waiting;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "wait.timed_out") throw error;
  }
}
