/** What a project file looks like with one more job in it: all else as it was. */
import { assertEquals } from "@std/assert";
import { insertJob } from "./insert_job.ts";

const JOB = { name: "api", table: { command: "npm run dev" }, secrets: [] };
const LINES = "api:\n    command: npm run dev\n";

/** A file, and what it is with the job; undefined where it cannot be added. */
const CASES: readonly (readonly [path: string, before: string, after: string | undefined])[] = [
  ["imp.yaml", "", "jobs:\n  " + LINES],
  ["imp.yaml", "# what runs here\n", "# what runs here\n\njobs:\n  " + LINES],
  ["imp.yaml", "name: shop", "name: shop\n\njobs:\n  " + LINES],
  ["imp.yaml", "jobs:\n", "jobs:\n  " + LINES],
  ["imp.yaml", "jobs: # all\nname: x\n", "jobs: # all\n  " + LINES + "name: x\n"],
  ["imp.yaml", "jobs: {}  # none\nname: x\n", "jobs:  # none\n  " + LINES + "name: x\n"],
  ["imp.yaml", "jobs: {}\n  # api:\n  #   x\n", "jobs:\n  " + LINES + "  # api:\n  #   x\n"],
  [
    "imp.yaml",
    "jobs:\n  db:   # the database\n    command:   pg   # with blanks\n\n# the end\ndefaults: { restart:   no }\n",
    "jobs:\n  db:   # the database\n    command:   pg   # with blanks\n\n  " + LINES +
    "\n# the end\ndefaults: { restart:   no }\n",
  ],
  [
    "imp.yaml",
    "x-a: &a { groups: [web] }\njobs:\n    db:\n      <<: *a\n      command: pg\n    web: { command: w, env: { A: 1 } }",
    "x-a: &a { groups: [web] }\njobs:\n    db:\n      <<: *a\n      command: pg\n    web: { command: w, env: { A: 1 } }\n" +
    "    api:\n      command: npm run dev\n",
  ],
  [
    "imp.yaml",
    "jobs:\r\n  db:\r\n    command: |\r\n      one\r\n      two\r\nname: x\r\n",
    "jobs:\r\n  db:\r\n    command: |\r\n      one\r\n      two\r\n\r\n  api:\r\n    command: npm run dev\r\nname: x\r\n",
  ],
  [
    "imp.yaml",
    "jobs: { db: { command: pg } } # flow\n",
    'jobs: { db: { command: pg }, "api": {"command":"npm run dev"} } # flow\n',
  ],
  ["imp.yaml", "x-j: &j { db: { command: pg } }\njobs: *j\n", undefined],
  // In the place of one that is there.
  [
    "imp.yaml",
    "jobs:\n  # mine\n  api:\n    command: old\n    groups: [a] # b\n  # then\n  db: { command: pg }\n",
    "jobs:\n  # mine\n  " + LINES + "  # then\n  db: { command: pg }\n",
  ],
  ["imp.yaml", "jobs:\n  api: &x { command: a }\n  db: *x\n", undefined],
  ["imp.json", "", '{\n  "jobs": {\n    "api": {\n      "command": "npm run dev"\n    }\n  }\n}\n'],
  [
    "imp.json",
    '{ "name": "x", "jobs": {} }\n',
    '{ "name": "x", "jobs": {\n  "api": {\n    "command": "npm run dev"\n  }\n} }\n',
  ],
  [
    "imp.jsonc",
    '{\n\t// one\n\t"jobs": {\n\t\t"db": { "command": "pg" } // the database\n\t\t// the end\n\t}, /* x */\n}\n',
    '{\n\t// one\n\t"jobs": {\n\t\t"db": { "command": "pg" }, // the database\n\t\t"api": {\n\t\t\t"command": "npm run dev"\n\t\t}\n\t\t// the end\n\t}, /* x */\n}\n',
  ],
  [
    "imp.json",
    '{"jobs": {"api": {"command": "old", "env": {"A": "}"}}, "db": {"command": "pg"}}}',
    '{"jobs": {"api": {\n  "command": "npm run dev"\n}, "db": {"command": "pg"}}}',
  ],
  [
    "imp.toml",
    '# mine\nname = "x" # y\n[jobs.db]\ncommand = "pg"',
    '# mine\nname = "x" # y\n[jobs.db]\ncommand = "pg"\n\n[jobs.api]\ncommand = "npm run dev"\n',
  ],
  ["imp.toml", 'jobs = { db = { command = "pg" } }\n', undefined],
  ["imp.toml", '[jobs.api]\ncommand = "old"\n', undefined],
];

for (const [path, before, after] of CASES) {
  Deno.test(`insertJob() into ${path} ${JSON.stringify(before)}`, async () => {
    assertEquals(await insertJob({ path, text: before }, JOB), after);
  });
}

Deno.test("insertJob() writes what could be misread so that it is not", async () => {
  const table = {
    command: 'set -e\n\n  echo "$A" # not a remark\nnpm run dev\n',
    description: "yes: no # x",
    env: { PORT: "8080", ON: "no", EMPTY: "", TOKEN: "${TOKEN}" },
    ports: { http: "auto" },
    ready: { http: "http://127.0.0.1:${ports.http}/" },
    stop: { signal: "INT", timeout: "5s" },
  };
  const job = { name: "api", table, secrets: ["TOKEN"] };
  const text = await insertJob({ path: "imp.yaml", text: "name: x\n" }, job);
  assertEquals(
    text,
    `name: x

jobs:
  api:
    command: |
      set -e

        echo "$A" # not a remark
      npm run dev
    description: "yes: no # x"
    env:
      PORT: "8080"
      ON: no
      EMPTY: ""
      TOKEN: \${TOKEN} # looks like a secret: set it where you call imp
    ports: { http: auto }
    ready: { http: "http://127.0.0.1:\${ports.http}/" }
    stop: { signal: INT, timeout: 5s }
`,
  );
  for (const path of ["imp.json", "imp.toml", "imp.jsonc"]) {
    assertEquals(typeof await insertJob({ path, text: "" }, job), "string", path);
  }
});
