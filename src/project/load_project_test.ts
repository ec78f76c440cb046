/** What a project file that is right comes to. */
import { assertEquals, assertNotEquals } from "@std/assert";
import { digestJob } from "./job_digests.ts";
import { planOf } from "./testdata/project_box.ts";

const SHOP = `
name: shop
env: { NODE_ENV: development, SHARED: file }
env_file: { path: .env, required: false }
shell: [bash, -c]
defaults: { restart: on-failure, stop: { timeout: 20s }, env: { D: 1, SHARED: defaults } }
x-base: &base { groups: [web], env: { FROM: anchor } }
jobs:
  api:
    <<: *base
    command: npm run "$WHAT"
    cwd: apps/api
    env_file: api.env
    env: { PORT: "\${ports.http}", LOG: "\${LOG:-debug}", S: "\${SECRET:?x}", U: "\${A}", NO: null, TEXT: "$\${ports.x}" }
    ports: { http: auto, admin: { prefer: 3000 }, fixed: "\${FIXED:-4000}" }
    depends_on: [db, migrate]
    ready: { http: "http://127.0.0.1:\${ports.http}/health", status: [401] }
    stop: { signal: int }
    watch: [src/**/*.ts]
    memory_limit: 512MiB
    autostart: \${AUTO:-false}
  migrate: { task: true, command: [npm, run, "\${jobs.db.ports.pg}"], depends_on: { db: { for: started, restart: true } } }
  db: { command: pg, ports: { pg: 5432 }, restart: no, ready: "tcp:\${ports.pg}" }
`;
const FILES = {
  "imp.yaml": SHOP,
  ".env": "SECRET=from-file\nWHO=file\n",
  "api.env": "A=one\nWHO=job\n",
  "apps/api/x": "",
};

Deno.test("loadProject() resolves a job with all that is around it", async () => {
  const { name, dir, file, levels, jobs } = await planOf(FILES);
  assertEquals([name, dir, file], ["shop", "/shop", "/shop/imp.yaml"]);
  assertEquals(levels, [["db"], ["migrate"], ["api"]]);
  const { env_files: _, ...api } = jobs.at(-1)!;
  assertEquals<unknown>(api, {
    name: "api",
    command: ["bash", "-c", 'npm run "$WHAT"'],
    workdir: "/shop/apps/api",
    env: {
      SECRET: "from-file",
      WHO: "job",
      NODE_ENV: "development",
      SHARED: "defaults",
      D: "1",
      A: "one",
      PORT: "${ports.http}",
      LOG: "debug",
      S: "from-file",
      U: "one",
      NO: null,
      TEXT: "$${ports.x}",
    },
    restart: { mode: "on-failure" },
    stop: { signal: "SIGINT", timeout_ms: 20_000 },
    stdin: false,
    tty: false,
    task: false,
    inputs: [],
    confirm: false,
    autostart: false,
    groups: ["web"],
    depends_on: [
      { job: "db", for: "ready", restart: false },
      { job: "migrate", for: "completed", restart: false },
    ],
    ports: [
      { name: "http", wish: "auto" },
      { name: "admin", wish: { prefer: 3000 } },
      { name: "fixed", wish: 4000 },
    ],
    ready: {
      http: "http://127.0.0.1:${ports.http}/health",
      status: [401],
      interval_ms: 500,
      timeout_ms: 5_000,
      within_ms: 60_000,
      retries: 1,
    },
    watch: { paths: ["src/**/*.ts"], ignore: [], debounce_ms: 300, do: { action: "restart" } },
    memory_limit_bytes: 536_870_912,
  });
});

Deno.test("loadProject() keeps which file of variables says what, those of the project first", async () => {
  const [env, api] = (await planOf(FILES)).jobs.at(-1)!.env_files;
  const variables = { SECRET: "from-file", WHO: "file" };
  assertEquals(env, { path: "/shop/.env", required: false, variables, isPlain: true });
  assertEquals(api!.variables, { A: "one", WHO: "job" });
  const [quoted] = (await planOf({ ...FILES, ".env": "SECRET='a' # b\n" })).jobs.at(-1)!.env_files;
  assertEquals([quoted!.variables.SECRET, quoted!.isPlain], ["a", false]);
});

Deno.test("loadProject() gives a task what ends from `defaults`, and a service all of it", async () => {
  const [db, migrate] = (await planOf(FILES)).jobs;
  assertEquals(migrate!.restart, { mode: "no" });
  assertEquals(migrate!.stop.timeout_ms, 20_000);
  assertEquals(migrate!.command, ["npm", "run", "${jobs.db.ports.pg}"]);
  assertEquals(migrate!.depends_on, [{ job: "db", for: "started", restart: true }]);
  assertEquals(db!.restart, { mode: "no" });
  assertEquals(db!.ready!.tcp, "${ports.pg}");
});

Deno.test("loadProject() lets the caller's environment go before files of variables", async () => {
  const { jobs } = await planOf(FILES, { SECRET: "mine", AUTO: "true", FIXED: "80" });
  const api = jobs.at(-1)!;
  assertEquals([api.env.S, api.env.SECRET, api.autostart], ["mine", "from-file", true]);
  assertEquals(api.ports[2]!.wish, 80);
});

Deno.test("loadProject() takes the same from every format", async () => {
  const json = {
    defaults: { restart: false },
    jobs: { a: { cwd: "/", command: ["x"], groups: ["g"], stop: { timeout: "1s" } } },
  };
  const texts = {
    "imp.yaml":
      "defaults: { restart: no }\njobs: { a: { cwd: /, command: [x], groups: [g], stop: { timeout: 1s } } }\n",
    "imp.toml":
      'defaults.restart = "no"\n[jobs.a]\ncwd = "/"\ncommand = ["x"]\ngroups = ["g"]\n[jobs.a.stop]\ntimeout = "1s"\n',
    "imp.json": JSON.stringify(json),
    "imp.jsonc": `// remark\n${JSON.stringify(json, null, "\t")},`.replace(/,$/, ""),
  };
  const plans = await Promise.all(
    Object.entries(texts).map(([name, text]) => planOf({ [name]: text })),
  );
  const [first, ...others] = plans.map(({ jobs }) => jobs);
  for (const each of others) assertEquals(each, first);
});

Deno.test("loadProject() lays a local file over the main one, in another format too", async () => {
  const { jobs: [api] } = await planOf({
    "imp.yaml":
      "jobs: { api: { command: x, env: { A: 1, B: 2 }, groups: [a, b], restart: always } }\n",
    "imp.local.toml": '[jobs.api]\ngroups = ["c"]\n[jobs.api.env]\nB = 3\n',
  });
  assertEquals([api!.env, api!.groups], [{ A: "1", B: "3" }, ["c"]]);
  const { jobs } = await planOf({
    "imp.yaml": "jobs: { api: { command: x, restart: always }, db: { command: y } }\n",
    "imp.local.yaml": "jobs: { api: { restart: }, db: }\n",
  });
  assertEquals(jobs.map(({ name, restart }) => [name, restart.mode]), [["api", "no"]]);
});

Deno.test("loadProject() takes an empty file, and one with settings alone, as no jobs", async () => {
  for (const text of ["", "# nothing\n", "daemon: { idle_exit: 1h }\n", "jobs:\n"]) {
    assertEquals((await planOf({ "imp.yaml": text })).jobs, []);
  }
});

async function digestsOf(text: string, env: Record<string, string> = {}, files = {}) {
  const { jobs } = await planOf(
    { "imp.yaml": `jobs:\n  a: { command: x, cwd: /, ${text} }\n`, ...files },
    env,
  );
  return await digestJob(jobs[0]!);
}

Deno.test("a job's digests tell what waits for a start from what holds at once", async () => {
  const plain = await digestsOf("env: { A: 1, B: 2 }");
  assertEquals(await digestsOf("env: { B: 2, A: 1 }", { PATH: "/other" }), plain);
  for (
    const text of [
      "env: { A: 1, B: 3 }",
      "env: { A: 1, B: 2 }, tty: true",
      "env: { A: 1, B: 2 }, ports: { p: auto }",
    ]
  ) {
    const other = await digestsOf(text);
    assertNotEquals(other.restart, plain.restart, text);
    assertEquals(other.live, plain.live, text);
  }
  for (const text of ["restart: always", "groups: [g]", "ready: delay:1s", "memory_limit: 1GiB"]) {
    const other = await digestsOf(`env: { A: 1, B: 2 }, ${text}`);
    assertEquals(other.restart, plain.restart, text);
    assertNotEquals(other.live, plain.live, text);
  }
});

Deno.test("a file of variables counts by what is in it", async () => {
  const [one, same, other] = await Promise.all(
    ["A=1\n", "# remark\nA=1\n", "A=2\n"].map((text) => digestsOf("env_file: v", {}, { v: text })),
  );
  assertEquals(same, one);
  assertNotEquals(other!.restart, one!.restart);
  assertEquals(
    Object.keys(other!.restart).filter((key) => other!.restart[key] !== one!.restart[key]),
    ["env"],
  );
});
