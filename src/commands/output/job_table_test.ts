import { assert, assertEquals } from "@std/assert";
import { fakeJob } from "../../../tests/support/fake_context.ts";
import { renderJobs } from "./job_table.ts";

const NOW = Date.parse("2026-11-21T12:00:00Z");

Deno.test("renderJobs() fits 80 columns and shows no control characters", () => {
  const jobs = [
    fakeJob(),
    fakeJob({
      id: "Kp2",
      name: null,
      status: "failed",
      exit_code: 42,
      pid: null,
      cpu_percent: null,
      memory_bytes: null,
      command: ["sh", "-c", "echo \x1b[31mred; " + "x".repeat(100)],
      finished_at: "2026-11-21T11:00:00.000Z",
    }),
  ];
  const lines = renderJobs(jobs, { nowMs: NOW, width: 80, color: false });
  for (const line of lines) assert(line.length <= 80 && !line.includes("\x1b"), line);
  assertEquals(lines.slice(0, 2), [
    "ID   NAME  STATUS        PID   SINCE  RESTARTS   CPU  MEM  COMMAND",
    "V3x  api   running      4242      1m         0  1.3%  10M  deno task api",
  ]);
  assert(lines[2]!.startsWith("Kp2  -     failed (42)     -  1h ago         0     -    -  sh -c"));
});
