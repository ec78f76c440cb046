import { AppError } from "../../base/app_error.ts";
import { parseSignal } from "../../platform/os_signals.ts";
import { parseRestartPolicy } from "../../protocol/restart_policy.ts";
import type { JobSpec } from "../../protocol/job_spec.ts";
import type { RestartPolicy } from "../../protocol/values.ts";
import type { ParsedArgs } from "./parse_args.ts";

/** What the flags say that `set` has, too. @throws AppError `usage.*` */
export function readChanges(
  args: ParsedArgs,
): Pick<JobSpec, "description" | "restart" | "stop_signal" | "stop_timeout_ms"> {
  const description = args.value("description");
  const policy = args.value("restart");
  const stopSignal = args.value("stop-signal");
  const stopTimeoutMs = args.duration("stop-timeout");
  return {
    ...description !== undefined && { description },
    ...policy !== undefined && { restart: readPolicy(policy) },
    ...stopSignal !== undefined && { stop_signal: parseSignal(stopSignal).name },
    ...stopTimeoutMs !== undefined && { stop_timeout_ms: stopTimeoutMs },
  };
}

function readPolicy(text: string): RestartPolicy {
  const policy = parseRestartPolicy(text);
  if (policy) return policy;
  throw new AppError("usage.bad_policy", `Not a restart policy: ${JSON.stringify(text)}`, {
    hint: "Use no, on-failure, on-failure:3, always or unless-stopped",
  });
}
