import { assert, assertEquals } from "@std/assert";
import { fakeJob } from "../../../tests/support/fake_context.ts";
import { textWidth } from "../../text/clean_text.ts";
import { renderJobs } from "./job_table.ts";

const NOW = Date.parse("2026-11-21T12:00:00Z");

Deno.test("renderJobs() fits 80 columns and shows no control characters", async () => {
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
  const lines = await renderJobs(jobs, { nowMs: NOW, width: 80, color: false });
  for (const line of lines) assert(line.length <= 80 && !line.includes("\x1b"), line);
  assertEquals(lines.slice(0, 2), [
    "ID   NAME  STATUS        PID   SINCE  RESTARTS   CPU  MEM  COMMAND",
    "V3x  api   running      4242      1m         0  1.3%  10M  deno task api",
  ]);
  assert(lines[2]!.startsWith("Kp2  -     failed (42)     -  1h ago         0     -    -  sh -c"));
});

Deno.test("H renderJobs() fits every width of a terminal, whatever jobs are called", async () => {
  const names = [
    "a-name-of-24-letters-okay",
    "✅ build",
    "日本語のとても長い名前です",
    "👨‍👩‍👧 e\u0301",
    "x".repeat(100),
  ];
  const jobs = names.map((name, index) => ({
    ...fakeJob({ id: `V3x${index}`, name, status: "failed", signal: "SIGSEGV", pid: 4_194_304 }),
    daemon_id: `project-${"y".repeat(8 * index)}`,
  }));
  for (const showDaemon of [false, true]) {
    for (const width of [20, 40, 60, 80, 100, 200]) {
      const lines = await renderJobs(jobs, { nowMs: NOW, width, color: false, showDaemon });
      for (const line of lines) assert(textWidth(line) <= width, `${width}: ${line}`);
      if (showDaemon && width < 60) continue;
      for (const [index, line] of lines.slice(1).entries()) {
        assert(line.includes(`V3x${index}`), `${width}: ${line}`);
      }
    }
  }
});

Deno.test("H renderJobs() cuts the command first, then the name, then leaves columns out", async () => {
  const job = fakeJob({ name: "a-name-of-24-letters-ok!" });
  const at = async (width: number) =>
    (await renderJobs([job], { nowMs: NOW, width, color: false })).at(-1);
  assertEquals(
    await at(100),
    "V3x  a-name-of-24-letters-ok!  running  4242     1m         0  1.3%  10M  deno task api",
  );
  assertEquals(
    await at(82),
    "V3x  a-name-of-24-letters-ok!  running  4242     1m         0  1.3%  10M  deno ta…",
  );
  assertEquals(
    await at(72),
    "V3x  a-name-of-24-…  running  4242     1m         0  1.3%  10M  deno ta…",
  );
  assertEquals(await at(50), "V3x  a-name-of-2…  running  4242     1m  deno tas…");
});

Deno.test("H renderJobs() keeps columns straight beside wide characters, and cuts nothing for programs", async () => {
  const jobs = [
    fakeJob({ name: "✅" }),
    fakeJob({ name: "👩‍🚀 é" }),
    fakeJob({ name: "plain" }),
    fakeJob({ name: "n".repeat(60) }),
  ];
  const lines = await renderJobs(jobs, { nowMs: NOW, color: false });
  const places = lines.slice(1).map((line) => textWidth(line.slice(0, line.indexOf("running"))));
  assertEquals(new Set(places).size, 1);
  assert(lines.at(-1)!.includes("n".repeat(60)));
});

Deno.test("renderJobs() shows ports where a job has any, by what it calls them", async () => {
  const port = { auto: true, listening: true, url: null };
  const jobs = [
    fakeJob(),
    fakeJob({
      ports: [9_229, 20_123],
      ports_declared: [{ ...port, name: "http", port: 20_123 }, {
        ...port,
        name: "pg",
        port: null,
      }],
    }),
  ];
  const lines = await renderJobs(jobs, { nowMs: NOW, color: false });
  assertEquals(lines.map((line) => line.slice(line.indexOf("M  ") + 3)), [
    "PORTS                     COMMAND",
    "-                         deno task api",
    "http:20123 pg:auto :9229  deno task api",
  ]);
});
