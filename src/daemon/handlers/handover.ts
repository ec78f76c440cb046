import { failpoint } from "../../platform/failpoint.ts";
import type { Handler } from "./handler.ts";

/** Makes room for another build: this daemon ends, its jobs go on. Frozen for all versions. */
export const handleHandover: Handler<
  "handover",
  "supervisor" | "bus" | "lifecycle" | "execs" | "settings"
> = (
  { version, build },
  { supervisor, bus, lifecycle, execs, settings },
) => {
  failpoint("handover.asked");
  const jobs = supervisor.upJobs.length;
  bus.announce("daemon_handover", null, { version, build });
  const reason = `handover to ${version} of ${build}`;
  lifecycle.shutdown({ reason, leaveWork: true, hasSuccessor: true });
  return { jobs, wait_ms: execs.all.length > 0 ? settings().handoverTimeoutMs : 0 };
};
