import type { ExportableJob } from "./exportable.ts";
import { goTemplate } from "./go_template.ts";
import type { LossList } from "./losses.ts";
import { probeText } from "./probe_text.ts";
import { withoutEmpty } from "./yaml_text.ts";

type Ready = NonNullable<ExportableJob["ready"]>;
type Health = NonNullable<ExportableJob["health"]>;

/** The keys of process-compose that say when a job is ready, and whether it is well. */
interface Probes {
  readonly readiness_probe?: Readonly<Record<string, unknown>>;
  readonly ready_log_line?: string;
  readonly liveness_probe?: Readonly<Record<string, unknown>>;
}

/** How process-compose sees that a job is ready and well. */
export function processComposeProbes(job: ExportableJob, losses: LossList): Probes {
  return { ...readyOf(job, losses), ...healthOf(job, losses) };
}

function readyOf(job: ExportableJob, losses: LossList): Probes {
  const { ready } = job;
  if (!ready) return {};
  if (ready.log !== undefined) {
    const line = plainText(ready.log);
    if (line !== undefined) return { ready_log_line: line };
    losses.add(job, "ready", `log: ${ready.log}; it looks for plain text`);
    return {};
  }
  if (ready.delay_ms !== undefined) {
    const initial_delay_seconds = toSeconds(ready.delay_ms);
    return { readiness_probe: { exec: { command: "true" }, initial_delay_seconds } };
  }
  const period = toSeconds(ready.interval_ms);
  return {
    readiness_probe: {
      ...targetOf(job, ready),
      period_seconds: period,
      timeout_seconds: toSeconds(ready.timeout_ms),
      success_threshold: ready.retries,
      failure_threshold: Math.max(1, Math.ceil(ready.within_ms / 1_000 / period)),
    },
  };
}

function healthOf(job: ExportableJob, losses: LossList): Probes {
  const { health } = job;
  if (!health) return {};
  if (health.then === "report") {
    losses.add(job, "health", "then: report; it would be restarted");
    return {};
  }
  return {
    liveness_probe: {
      ...targetOf(job, health),
      ...withoutEmpty({ initial_delay_seconds: toSeconds(health.grace_ms) }),
      period_seconds: toSeconds(health.interval_ms),
      timeout_seconds: toSeconds(health.timeout_ms),
      failure_threshold: health.retries,
    },
  };
}

/** Its own word for HTTP takes one status only, so others are asked for by a command. */
function targetOf(job: ExportableJob, probe: Ready | Health) {
  const { http, status = [] } = probe;
  if (http === undefined || status.length > 0) {
    return { exec: { command: goTemplate(probeText(probe, job.ports)!) } };
  }
  const { protocol, hostname, port, pathname, search } = new URL(http);
  const scheme = protocol.slice(0, -1);
  return {
    http_get: withoutEmpty({
      host: hostname,
      scheme: scheme === "http" ? undefined : scheme,
      port: Number(port || (scheme === "https" ? 443 : 80)),
      path: goTemplate(`${pathname}${search}`),
    }),
  };
}

/** The text that a regular expression stands for, if it is no more than that. */
function plainText(pattern: string): string | undefined {
  const plain = pattern.replace(/\\([^A-Za-z0-9])/g, "");
  return /[\\^$.*+?()[\]{}|]/.test(plain) ? undefined : pattern.replace(/\\(.)/g, "$1");
}

function toSeconds(ms: number): number {
  return Math.max(ms === 0 ? 0 : 1, Math.ceil(ms / 1_000));
}
