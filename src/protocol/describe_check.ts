import { formatDuration } from "../base/duration.ts";
import type { HealthCheck, ReadyCheck } from "./readiness.ts";

/** A check as one would write it behind `--ready`; what it asks may have credentials in it. */
export function describeCheck(check: ReadyCheck | HealthCheck): string {
  switch (check.kind) {
    case "http":
      return check.url;
    case "tcp":
      return `tcp:${check.host === undefined ? "" : `${hostText(check.host)}:`}${check.port}`;
    case "log":
      return `log:${check.regex}`;
    case "command":
      return `cmd:${check.script ?? check.command!.join(" ")}`;
    case "delay":
      return `delay:${formatDuration(check.ms).replaceAll(" ", "")}`;
    case "ports":
      return "ports";
  }
}

function hostText(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
