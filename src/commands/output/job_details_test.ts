import { assert, assertEquals } from "@std/assert";
import type { ReplyOf } from "../../protocol/request.ts";
import { renderJobDetails } from "./job_details.ts";

const STARTED_AT = "2026-11-21T03:11:54.001Z";

/** A job that runs, with so many restarts and so many names in its environment. */
function detailsOf(restarts: number, names: number): ReplyOf<"get_job"> {
  return {
    job: {
      id: "V3x",
      name: "web",
      description: null,
      command: ["npm", "start"],
      workdir: "/shop",
      status: "running",
      desired: "up",
      ready: true,
      pid: 4711,
      exit_code: null,
      signal: null,
      reason: null,
      run: 1,
      restarts,
      restart_policy: "always",
      stop_signal: "SIGTERM",
      stop_timeout_ms: 10_000,
      created_at: STARTED_AT,
      started_at: STARTED_AT,
      finished_at: null,
      next_start_at: null,
      stdout_path: "/state/1.stdout.log",
      stderr_path: "/state/1.stderr.log",
      ports: [],
      cpu_percent: null,
      memory_bytes: null,
    },
    runs: [],
    env_names: Array.from({ length: names }, (_, index) => `VARIABLE_${index}`),
    average_duration_ms: null,
  };
}

function render(details: ReplyOf<"get_job">, width?: number): Promise<string[]> {
  return renderJobDetails(details, { nowMs: Date.parse(STARTED_AT) + 5_000, width, color: false });
}

Deno.test("renderJobDetails() tells restarts only when there were some", async () => {
  const lineFor = async (restarts: number) =>
    (await render(detailsOf(restarts, 0))).find((line) => line.startsWith("restart "))
      ?.split(/ {2,}/)[1];
  assertEquals(await lineFor(0), "always");
  assertEquals(await lineFor(1), "always, restarted once so far");
  assertEquals(await lineFor(2), "always, restarted 2 times so far");
});

Deno.test("renderJobDetails() folds the environment between words on a terminal only", async () => {
  const folded = await render(detailsOf(0, 30), 60);
  assert(folded.every((line) => line.length <= 60), folded.join("\n"));
  const from = folded.findIndex((line) => line.startsWith("environment"));
  const words = folded.slice(from).map((line) => line.replace("environment", "").trim()).join(" ");
  assertEquals(words, detailsOf(0, 30).env_names.join(" "));
  const plain = (await render(detailsOf(0, 30))).filter((line) => line.includes("VARIABLE_"));
  assertEquals(plain.length, 1);
});

Deno.test("renderJobDetails() tells the ports that a job declares, and what became of them", async () => {
  const details = detailsOf(0, 0);
  const port = { auto: true, listening: true, url: null };
  const ports_declared = [
    { ...port, name: "http", port: 20_124, url: "http://localhost:20124/", moved_from: 20_123 },
    { ...port, name: "pg", port: 5_432, auto: false, listening: false },
    { ...port, name: "unlooked", port: 5_433, auto: false, listening: null },
    { ...port, name: "late", port: null, listening: false },
  ];
  const lines = await render({ ...details, job: { ...details.job, ports_declared } });
  assertEquals(
    lines.find((line) => line.startsWith("declares "))?.replace(/^\w+ +/, ""),
    [
      "http http://localhost:20124/ (auto, others hold 20123)",
      "pg 5432 (nobody listens)",
      "unlooked 5433",
      "late (found at its start)",
    ].join(", "),
  );
});
