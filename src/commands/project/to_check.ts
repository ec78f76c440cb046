import type { HealthCheck, ReadyCheck } from "../../protocol/readiness.ts";
import type { HealthProbe, ProbeTarget, ReadyProbe } from "../../project/project_plan.ts";

/** How to see that a job is ready, as the daemon takes it. */
export function toReadyCheck(probe: ReadyProbe): ReadyCheck {
  const { log, delay_ms, interval_ms, timeout_ms, within_ms, retries } = probe;
  if (delay_ms !== undefined) return { kind: "delay", ms: delay_ms };
  const timing = { interval_ms, timeout_ms, within_ms, retries };
  if (log !== undefined) return { kind: "log", regex: log, ...timing };
  return { ...toTarget(probe), ...timing };
}

/** How to see that it is still well. */
export function toHealthCheck(probe: HealthProbe): HealthCheck {
  const { interval_ms, timeout_ms, grace_ms, retries, then } = probe;
  return { ...toTarget(probe), interval_ms, timeout_ms, grace_ms, retries, then };
}

type Target = Extract<HealthCheck, { kind: "http" | "tcp" | "command" | "ports" }>;

function toTarget({ http, status, tcp, command }: ProbeTarget): Target {
  if (http !== undefined) {
    return { kind: "http", url: http, ...status && { status: [...status] } };
  }
  if (tcp !== undefined) return toTcp(tcp);
  if (command !== undefined) return { kind: "command", command: [...command] };
  return { kind: "ports" };
}

/** `PORT` or `HOST:PORT`, the port by its number or as `${ports.NAME}`. */
function toTcp(address: string): Target {
  const [, host, port] = /^(?:(.+):)?(\d+|\$\{[^}]*\})$/.exec(address) ?? [];
  return {
    kind: "tcp",
    ...host !== undefined && { host: host.replace(/^\[(.*)\]$/, "$1") },
    port: /^\d+$/.test(port ?? "") ? Number(port) : port ?? address,
  };
}
