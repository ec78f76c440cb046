import { assertEquals } from "@std/assert";
import { HealthCheck, ReadyCheck } from "../../protocol/readiness.ts";
import type { ProbeTarget } from "../../project/project_plan.ts";
import { toHealthCheck, toReadyCheck } from "./to_check.ts";

const TIMING = { interval_ms: 500, timeout_ms: 5_000, retries: 1 };

Deno.test("what a project's file says of a probe is what the daemon takes", () => {
  const targets: [ProbeTarget, object][] = [
    [{ http: "http://a:${ports.http}/", status: [401] }, {
      ...{ kind: "http", url: "http://a:${ports.http}/", status: [401] },
    }],
    [{ tcp: "${ports.pg}" }, { kind: "tcp", port: "${ports.pg}" }],
    [{ tcp: "[::1]:5432" }, { kind: "tcp", host: "::1", port: 5432 }],
    [{ command: ["sh", "-c", "true"] }, { kind: "command", command: ["sh", "-c", "true"] }],
    [{ ports: true }, { kind: "ports" }],
  ];
  for (const [target, check] of targets) {
    const ready = toReadyCheck({ ...target, ...TIMING, within_ms: 60_000 });
    const wanted: object = { ...check, ...TIMING, within_ms: 60_000 };
    assertEquals<object>(ReadyCheck.parse(ready), wanted);
    const health = toHealthCheck({ ...target, ...TIMING, grace_ms: 30_000, then: "report" });
    const well: object = { ...check, ...TIMING, grace_ms: 30_000, then: "report" };
    assertEquals<object>(HealthCheck.parse(health), well);
  }
  const rest = { ...TIMING, within_ms: 1_000 };
  assertEquals(toReadyCheck({ log: "up", ...rest }), { kind: "log", regex: "up", ...rest });
  assertEquals(toReadyCheck({ delay_ms: 10, ...rest }), { kind: "delay", ms: 10 });
});
