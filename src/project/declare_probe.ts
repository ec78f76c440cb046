import type { HealthCheck, ReadyCheck } from "../protocol/readiness.ts";
import type { Ports } from "../protocol/values.ts";
import { escapeTemplate, toTemplate } from "./to_template.ts";
import { writeDuration } from "./write_duration.ts";

/** How a check is written into a file. */
export function declareProbe(
  check: ReadyCheck | HealthCheck,
  ports: Ports | null,
): Record<string, unknown> {
  if (check.kind === "delay") return { delay: writeDuration(check.ms) };
  const { interval_ms, timeout_ms, retries } = check;
  const timing = {
    interval: spanOf(interval_ms),
    timeout: spanOf(timeout_ms),
    ..."within_ms" in check && { within: spanOf(check.within_ms) },
    retries,
    ..."grace_ms" in check && { grace: spanOf(check.grace_ms) },
    ..."then" in check && { then: check.then },
  };
  const said = Object.entries({ ...declareTarget(check, ports), ...timing });
  return Object.fromEntries(said.filter(([, value]) => value !== undefined));
}

function declareTarget(
  check: Exclude<ReadyCheck | HealthCheck, { kind: "delay" }>,
  ports: Ports | null,
): Record<string, unknown> {
  switch (check.kind) {
    case "http":
      return { http: toTemplate(check.url, ports), status: check.status };
    case "tcp":
      return { tcp: addressOf(check) };
    case "log":
      return { log: escapeTemplate(check.regex) };
    case "command":
      return { command: check.script ?? check.command?.map((word) => toTemplate(word, ports)) };
    case "ports":
      return { ports: true };
  }
}

function addressOf({ host, port }: { host?: string | undefined; port: number | string }): unknown {
  if (host === undefined) return port;
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function spanOf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : writeDuration(ms);
}
