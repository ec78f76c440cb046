import { toIsoTime } from "../../base/clock.ts";
import { describeCheck } from "../../protocol/describe_check.ts";
import type { JobView } from "../../protocol/job_view.ts";
import type { HealthCheck, ReadyCheck } from "../../protocol/readiness.ts";
import type { JobRecord, RunRecord } from "../../store/store.ts";
import { maskSecrets } from "../secrets/mask_secrets.ts";

/** Whether the job is known to serve. */
export function isReady(
  { status }: Pick<JobRecord, "status">,
  run: RunRecord | undefined,
): boolean {
  return status === "running" && wasReady(run);
}

function wasReady(run: RunRecord | undefined): boolean {
  return run !== undefined && run.readyAtMs !== null && run.unreadyReason === null;
}

/** The part of a job's view that tells whether it serves, and how that is found out. */
export function viewReadiness(
  job: JobRecord,
  run: RunRecord | undefined,
): Pick<JobView, "ready" | "ready_at" | "ready_check" | "health_check" | "unready_reason"> {
  return {
    ready: isReady(job, run),
    ready_at: wasReady(run) ? toIsoTime(run!.readyAtMs!) : null,
    ready_check: job.ready === null ? null : describeMasked(job.ready),
    health_check: job.health === null ? null : describeMasked(job.health),
    unready_reason: run?.unreadyReason ?? null,
  };
}

/** A view is made many times a second while somebody looks, and a check never changes. */
const described = new WeakMap<ReadyCheck | HealthCheck, string>();

function describeMasked(check: ReadyCheck | HealthCheck): string {
  const known = described.get(check);
  if (known !== undefined) return known;
  const text = describeCheck(withoutSecrets(check));
  described.set(check, text);
  return text;
}

function withoutSecrets(check: ReadyCheck | HealthCheck): ReadyCheck | HealthCheck {
  switch (check.kind) {
    case "http":
      return { ...check, url: maskSecrets([check.url])[0]! };
    case "log":
      return { ...check, regex: maskSecrets([check.regex])[0]! };
    case "command":
      return check.script === undefined
        ? { ...check, command: maskSecrets(check.command!) }
        : { ...check, script: maskSecrets(["sh", "-c", check.script])[2]! };
    default:
      return check;
  }
}
