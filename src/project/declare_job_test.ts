/** A job that is written into a file is, when that is read, the job that it was. */
import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import type { JobDefinition } from "../protocol/job_definition.ts";
import { declareJob } from "./declare_job.ts";
import { insertJob } from "./insert_job.ts";
import { loadProject } from "./load_project.ts";
import type { PlannedJob } from "./project_plan.ts";

const DIR = import.meta.dirname!;

function definition(changes: Partial<JobDefinition> = {}): JobDefinition {
  return {
    ...{ id: "V3x", name: "api", description: null, source: null, workdir: DIR },
    ...{ command: ["npm", "run"], env: {}, env_files: [], is_env_known: true },
    ...{
      secret_env: [],
      secret_fields: [],
      stop_command: null,
      restart: { mode: "no" },
      stop_signal: "SIGTERM",
    },
    ...{
      stdin: false,
      tty: false,
      ports: null,
      ready: null,
      health: null,
      watch: null,
    },
    ...{ memory_limit_bytes: null, log_max_bytes: null, runs_kept: null, schedule: null },
    ...changes,
  } as JobDefinition;
}

/** The table that is written, and what the file comes to then. */
async function roundTrip(
  job: JobDefinition,
  { text = "", ending = "yaml" } = {},
): Promise<{ table: unknown; planned: PlannedJob }> {
  const options = {
    env: (name: string) => job.env[name],
    projectId: "shop-1a2b3c4d",
    nameOf: (each: string) => each,
  };
  const path = `${DIR}/imp.${ending}`;
  const before = await loadProject(path, { ...options, draft: text });
  if (!("tree" in before)) throw new Error(JSON.stringify(before.troubles));
  const declared = declareJob("api", job, { dir: DIR, tree: before.tree });
  const draft = await insertJob({ path, text }, declared);
  const after = await loadProject(path, { ...options, draft });
  if (!("plan" in after)) throw new Error(JSON.stringify([draft, after.troubles]));
  return { table: declared.table, planned: after.plan.jobs.find(({ name }) => name === "api")! };
}

Deno.test("declareJob() writes only what is not so anyway", async () => {
  assertEquals((await roundTrip(definition())).table, { command: ["npm", "run"] });
  const text = "defaults: { restart: on-failure:5, stop: { signal: INT } }\nshell: [bash, -c]\n";
  const plain = await roundTrip(definition({ command: ["bash", "-c", "a | b"] }), { text });
  assertEquals(plain.table, { command: "a | b", restart: "no", stop: { signal: "TERM" } });
  const same = definition({
    command: ["sh", "-c", "a"],
    restart: { mode: "on-failure", max: 5 },
    stop_signal: "SIGINT",
  });
  assertEquals((await roundTrip(same, { text })).table, { command: ["sh", "-c", "a"] });
});

Deno.test("declareJob() writes all that a job can be given, as people write it", async () => {
  const job = definition({
    command: ["sh", "-c", "echo $A; exec x"],
    description: "costs $5",
    workdir: `${DIR}/testdata`,
    env: { A: "a b", URL: "http://h:${ports.http}/$${ports.x}$", TOKEN: "s3cret" },
    secret_env: ["TOKEN"],
    ports: { http: "auto", pg: 5_432, web: { prefer: 3_000 } },
    ready: { kind: "http", url: "http://localhost:${ports.http}/", within_ms: 90_000 },
    health: { kind: "tcp", host: "::1", port: 80, interval_ms: 1_500, then: "restart" },
    restart: { mode: "on-failure", max: 3 },
    stop_signal: "SIGINT",
    stop_timeout_ms: 20_000,
    stop_command: ["sh", "-c", "kill $PID"],
    memory_limit_bytes: 512 * 2 ** 20,
    log_max_bytes: 100_000,
    runs_kept: 7,
    schedule: { cron: "0 3 * * *", timezone: "UTC" },
    tty: true,
  });
  const { table, planned } = await roundTrip(job);
  assertEquals(table, {
    command: "echo $A; exec x",
    description: "costs $$5",
    cwd: "testdata",
    env: { A: "a b", URL: "http://h:${ports.http}/$${ports.x}$$", TOKEN: "${TOKEN}" },
    ports: { http: "auto", pg: 5_432, web: { prefer: 3_000 } },
    ready: { http: "http://localhost:${ports.http}/", within: "90s" },
    health: { tcp: "[::1]:80", interval: "1500ms", then: "restart" },
    restart: "on-failure:3",
    stop: { signal: "INT", timeout: "20s", command: "kill $PID" },
    memory_limit: "512MiB",
    log_max_bytes: 100_000,
    runs_kept: 7,
    schedule: { cron: "0 3 * * *", timezone: "UTC" },
    tty: true,
  });
  const { command, workdir, env, restart, stop, tty } = planned;
  assertEquals({ command, workdir, env, restart, tty }, {
    command: job.command,
    workdir: job.workdir,
    env: job.env,
    restart: job.restart,
    tty: true,
  });
  assertEquals([stop.signal, stop.timeout_ms], ["SIGINT", 20_000]);
});

Deno.test("declareJob() writes each kind of readiness", async () => {
  const kinds: [JobDefinition["ready"], unknown][] = [
    [{ kind: "log", regex: "ready$" }, { log: "ready$$" }],
    [{ kind: "delay", ms: 120_000 }, { delay: "2m" }],
    [{ kind: "command", script: "pg_isready $X" }, { command: "pg_isready $X" }],
    [{ kind: "command", command: ["a", "$b"] }, { command: ["a", "$$b"] }],
    [{ kind: "ports" }, { ports: true }],
    [{ kind: "tcp", port: 5_432, retries: 2 }, { tcp: 5_432, retries: 2 }],
    [{ kind: "http", url: "http://h/", status: [401] }, { http: "http://h/", status: [401] }],
  ];
  for (const [ready, written] of kinds) {
    const { table } = await roundTrip(definition({ ready, ports: { http: 80 } }));
    assertEquals((table as { ready: unknown }).ready, written);
  }
});

Deno.test("declareJob() keeps words and values as they are, in every format", async () => {
  const word = fc.string({ unit: "binary", minLength: 1, maxLength: 12 })
    .filter((text) => !text.includes("\0") && text.isWellFormed());
  const tricky = fc.constantFrom("$", "$$", "${A}", "$A", "no", "1", "a: b", " x ", "#", "\n", "'");
  const text = fc.array(fc.oneof(word, tricky), { minLength: 1, maxLength: 3 })
    .map((parts) => parts.join(""));
  await fc.assert(
    fc.asyncProperty(
      fc.array(text, { minLength: 1, maxLength: 3 }),
      text,
      fc.constantFrom("yaml", "json", "toml"),
      async (command, value, ending) => {
        const job = definition({ command: ["x", ...command], env: { A: value } });
        const { planned } = await roundTrip(job, { ending });
        assertEquals([planned.command, planned.env], [job.command, job.env]);
      },
    ),
    {
      numRuns: 100,
      examples: [[["$"], "$ x \n", "yaml"], [["$"], "a\n x ", "yaml"], [
        ["a \t\nb \n"],
        "\u00a0\n",
        "yaml",
      ]],
    },
  );
});

Deno.test("declareJob() writes what is watched, and when it is started by itself", async () => {
  const written: [Partial<JobDefinition>, unknown][] = [
    [{ watch: { paths: ["src/**/*.ts"] } }, { watch: ["src/**/*.ts"] }],
    [
      { watch: { paths: ["a$"], ignore: ["b"], debounce_ms: 1_500, do: { action: "restart" } } },
      { watch: { paths: ["a$$"], ignore: ["b"], debounce: "1500ms" } },
    ],
    [
      { watch: { paths: ["a"], do: { action: "signal", signal: "HUP" } } },
      { watch: { paths: ["a"], do: "signal:HUP" } },
    ],
    [{ schedule: { cron: "0 3 * * *", timezone: "Europe/Berlin" } }, {
      schedule: { cron: "0 3 * * *", timezone: "Europe/Berlin" },
    }],
    [{ schedule: { every_ms: 3_600_000 } }, { schedule: { every: "1h" } }],
  ];
  for (const [change, keys] of written) {
    const { table } = await roundTrip(definition(change));
    assertEquals<unknown>(table, { command: ["npm", "run"], ...keys as object });
  }
});
