import type { Clock } from "../../base/clock.ts";
import type { HealthCheck, ReadyCheck } from "../../protocol/readiness.ts";
import { commandProbe } from "./command_probe.ts";
import { delayProbe } from "./delay_probe.ts";
import { httpProbe } from "./http_probe.ts";
import { createMatcher } from "./line_matcher.ts";
import { LogProbe } from "./log_probe.ts";
import { portsProbe } from "./ports_probe.ts";
import type { Probe, Try } from "./probe.ts";
import type { CommandToTry, ProbeWorld } from "./probe_world.ts";
import { tcpProbe } from "./tcp_probe.ts";

/** The probe of a check. */
export function createProbe(
  check: ReadyCheck | HealthCheck,
  world: ProbeWorld,
  clock: Clock,
): Probe {
  if (check.kind === "log") return new LogProbe(createMatcher(check.regex, clock), world);
  return { try: createTry(check, world), [Symbol.dispose]() {} };
}

function createTry(
  check: Exclude<ReadyCheck | HealthCheck, { kind: "log" }>,
  world: ProbeWorld,
): Try {
  switch (check.kind) {
    case "http":
      return httpProbe({ url: world.fill(check.url), status: check.status }, world);
    case "tcp":
      return tcpProbe({ host: check.host, port: Number(world.fill(`${check.port}`)) }, world);
    case "command":
      return commandProbe(toCommand(check, world), world);
    case "delay":
      return delayProbe(check.ms, world);
    case "ports":
      return portsProbe(world.declaredPorts, world);
  }
}

function toCommand(
  check: {
    command?: string[] | undefined;
    script?: string | undefined;
    workdir?: string | undefined;
  },
  world: ProbeWorld,
): CommandToTry {
  const { script, command = [], workdir } = check;
  if (script !== undefined) return { script, workdir };
  return { command: command.map((word) => world.fill(word)), workdir };
}
