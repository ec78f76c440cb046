/** What every way out promises: the text of each is looked at as a whole, and nothing is left out in silence. */
import { assert, assertEquals } from "@std/assert";
import { assertGolden } from "../../../tests/support/golden.ts";
import { JOB_KEYS } from "../schema.ts";
import { EXPORT_TARGETS } from "./export_targets.ts";
import { DECLARED_KEYS } from "./losses.ts";
import { exportOf, exportsOf, textOf } from "./testdata/export_of.ts";

const TARGETS = Object.keys(EXPORT_TARGETS);

const SHOP = `
name: shop
env: { NODE_ENV: development, OVER: line }
env_file: [.env, { path: more.env, required: false }]
jobs:
  db:
    description: "100% of the data"
    command: docker compose up --no-log-prefix db
    stop: { command: docker compose stop db, timeout: 20s }
    ready: { command: docker compose exec -T db pg_isready -q, within: 90s }
    ports: { pg: 5432 }
    restart: always
  migrate:
    task: true
    command: npm run migrate
    depends_on: [db]
  api:
    command: |
      set -e
      exec npm run dev -- "$PORT" \${HOST:-x} '100%' {{x}}
    cwd: apps/api
    env:
      PORT: \${ports.http}
      URL: postgres://localhost:\${jobs.db.ports.pg}/shop?q=$\${x}%20{{y}}
      SAID: "say \\"hi\\" it's"
      GONE: null
    ports: { http: auto, admin: { prefer: 9100 } }
    depends_on: { db: ready, migrate: { for: completed, restart: true }, cache: started }
    ready: { http: "http://127.0.0.1:\${ports.http}/health?a=b" }
    watch: [src/**/*.ts, package.json]
    restart: on-failure:5
    stop: { signal: INT }
    memory_limit: 512MiB
    groups: [web]
  cache: { command: [redis-server, "--save", "", "a b"], ready: { log: Ready to accept }, restart: unless-stopped }
  nightly: { task: true, command: ./report, schedule: { cron: 30 3 * * 1-5, timezone: UTC } }
  often: { command: ./often, schedule: { every: 90s } }
  by-hand: { command: "true", autostart: false, groups: [web, all], ready: { tcp: "9200" } }
`;
const FILES = { "imp.yaml": SHOP, ".env": "SECRET=abc\nOVER=file\n", "apps/api/x": "" };

for (const target of TARGETS) {
  Deno.test(`imp export ${target} writes a project as it should`, async () => {
    const exported = await exportOf(target, FILES);
    const golden = new URL(`testdata/shop.${target}.txt`, import.meta.url);
    assertGolden(golden, textOf(exported));
    assert(!textOf(exported).includes("SECRET"), "what a file of variables says stays in it");
  });
}

/** A job with one key more than another one, by the key. */
const WITH: Readonly<Record<string, string>> = {
  description: "description: what it is for",
  cwd: "cwd: sub",
  env: "env: { A: b }",
  env_file: "env_file: a.env",
  shell: "shell: [bash, -c]",
  task: "task: true",
  inputs: "{ task: true, inputs: [a] }",
  confirm: "confirm: true",
  depends_on: "depends_on: [other]",
  ready: "ready: { http: 'http://localhost:1/' }",
  health: "health: { tcp: 1 }",
  ports: "ports: { p: auto }",
  restart: "restart: on-failure",
  stop: "stop: { signal: INT }",
  autostart: "autostart: false",
  watch: "watch: [a]",
  memory_limit: "memory_limit: 8MiB",
  schedule: "schedule: { every: 1h }",
  groups: "groups: [g]",
  stdin: "stdin: true",
  tty: "tty: true",
  log_max_bytes: "log_max_bytes: 1MiB",
  runs_kept: "runs_kept: 3",
};
/** Values that not every tool has a word for. */
const MORE: readonly string[] = [
  "ready: { tcp: 1 }",
  "ready: { log: '^a+' }",
  "ready: { delay: 3s }",
  "{ ports: { p: 1 }, ready: { ports: true } }",
  "ready: { http: 'http://localhost:1/', status: [401] }",
  "ready: { command: x, retries: 3 }",
  "health: { command: x, then: restart }",
  "restart: unless-stopped",
  "restart: on-failure:3",
  "stop: { timeout: 3s }",
  "stop: { command: x }",
  "depends_on: { other: started }",
  "depends_on: { other: { for: ready, restart: true } }",
  "watch: { paths: [a], do: signal:HUP }",
  "watch: { paths: [a], ignore: [b], debounce: 1s }",
  "schedule: { cron: 0 3 * * *, timezone: UTC }",
  "env: { A: null }",
  "env: { a.b: c }",
  "env_file: { path: none.env, required: false }",
  "env_file: [a.env, quoted.env]",
];

/** Jobs that differ in one thing, which is within another one. */
const PAIRS: readonly [without: string, more: string][] = [
  ...["interval: 3s", "timeout: 9s", "within: 7m", "retries: 3", "status: [401]"].map((key) =>
    [
      "ready: { http: 'http://localhost:1/' }",
      `ready: { http: 'http://localhost:1/', ${key} }`,
    ] as [
      string,
      string,
    ]
  ),
  ...["interval: 3s", "timeout: 9s", "grace: 7m", "retries: 9", "status: [401]"].map((key) =>
    [
      "health: { http: 'http://localhost:1/', then: restart }",
      `health: { http: 'http://localhost:1/', then: restart, ${key} }`,
    ] as [string, string]
  ),
  ["restart: on-failure", "restart: on-failure:7"],
  ["restart: always", "restart: unless-stopped"],
  ["watch: [a/**]", "watch: { paths: [a/**], ignore: [a/b] }"],
  ["watch: [a/**]", "watch: { paths: [a/**], debounce: 7s }"],
  ["watch: [a/**]", "watch: { paths: [a/**], do: signal:HUP }"],
  ["schedule: { cron: 0 3 * * * }", "schedule: { cron: 0 3 * * *, timezone: UTC }"],
  ["depends_on: { other: ready }", "depends_on: { other: { for: ready, restart: true } }"],
  ["{ task: true, schedule: { every: 1h } }", "{ task: true, schedule: { cron: 0 3 * * * } }"],
];

Deno.test("every way out carries over or tells each thing that a job declares", async () => {
  const keys = Object.keys(JOB_KEYS).filter((key) => key !== "command");
  assertEquals(Object.keys(WITH).sort(), keys.sort());
  const pairs = [...Object.values(WITH), ...MORE].map((more) => ["", more] as const);
  const silent: string[] = [];
  const bare = await exportsOf(filesOf(""));
  for (const [without, more] of [...pairs, ...PAIRS]) {
    const before = without === "" ? bare : await exportsOf(filesOf(without));
    for (const [target, exported] of await exportsOf(filesOf(more))) {
      const text = textOf(exported);
      const key = /\w+/.exec(more)![0];
      // Who has no word for all of it has told that.
      const isLost = without !== "" &&
        before.get(target)!.losses.some(({ what }) => what.startsWith(`${key}:`));
      if (!isLost && text === textOf(before.get(target)!)) silent.push(`${target}: ${more}`);
      for (const { what } of exported.losses) {
        assert(text.includes(`not carried over: ${what}`), `${target}: ${what} is not in the text`);
      }
    }
  }
  // What ends is not started again by the first two, and nothing starts by itself there.
  assertEquals(silent.sort(), [
    "compose: task: true",
    "nomad: autostart: false",
    "process-compose: task: true",
  ]);
});

function filesOf(more: string): Record<string, string> {
  const job = more.startsWith("{") ? more.slice(1, -1) : more;
  const text = `jobs:\n  other: { command: "true" }\n  job: { command: "true", ${job} }\n`;
  return {
    "imp.yaml": text.replace(", }", " }"),
    "sub/x": "",
    "a.env": "X=1\n",
    "quoted.env": 'Y="1"\n',
  };
}

Deno.test("every key of a job that not every tool has is looked at", () => {
  const everywhere = ["command", "cwd", "env", "shell", "stop"];
  const keys = Object.keys(JOB_KEYS).filter((key) => !everywhere.includes(key));
  const looked: readonly string[] = DECLARED_KEYS;
  assertEquals(keys.filter((key) => !looked.includes(key)), []);
});
