/** What is said to project files that are wrong: each mistake by its place, all of them at once. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { mistakes } from "./testdata/project_box.ts";

/** A file, and what is said to it without its name. */
const WRONG: readonly [text: string, ...said: string[]][] = [
  ["nmae: shop\n", "1:1: nmae: no such key (did you mean name?)"],
  [
    "services: {}\nversion: 3\n",
    "1:1: services: here `jobs`",
    "2:1: version: not needed: there is one version",
  ],
  ["idle_exit: 3s\n", "1:1: idle_exit: here `daemon: { idle_exit: … }`"],
  [
    "jobs: { a: { command: x, schedule: { cron: 0 25 * * *, timezone: Nowhere/X } } }\n",
    `1:44: jobs.a.schedule.cron: must be a time in cron's form, such as 0 3 * * *, not "0 25 * * *"`,
    `1:66: jobs.a.schedule.timezone: must be a time zone such as Europe/Berlin, not "Nowhere/X"`,
  ],
  ["env: [A=1]\n", "1:6: env: must be a table of NAME: value, not a list"],
  [
    "env: { A: [1] }\n",
    "1:11: env.A: must be text, a number, true or false, or null to take it away, not a list",
  ],
  ["env_file: nix.env\n", '1:11: env_file: there is no file "nix.env"'],
  ["- jobs\n", "1:1: must be a table, with jobs and the like"],
  ["jobs: [a]\n", "1:7: jobs: must be a table of jobs by name"],
  ["jobs:\n  a: npm start\n", "2:6: jobs.a: must be a table with a command (write { command: … })"],
  ["jobs:\n  a:\n", "2:3: jobs.a: has no command"],
  [
    "jobs:\n  a b: { command: x }\n",
    "2:3: jobs.a b: must be the name of a job: letters, digits and _ . : @ + -",
  ],
  [
    "jobs:\n  a:\n    comand: x\n    working_dir: x\n    depends: [b]\n    log_file: x\n",
    "3:5: jobs.a.comand: no such key (did you mean command?)",
    "4:5: jobs.a.working_dir: here `cwd`",
    "5:5: jobs.a.depends: here `depends_on`",
    "6:5: jobs.a.log_file: not needed: imp keeps all output, see `imp logs`",
  ],
  [
    "jobs:\n  a: { command: [], stop: { timout: 3s }, ready: { htp: x } }\n",
    "2:17: jobs.a.command: must be a list of words that begins with a program, not a list",
    "2:29: jobs.a.stop.timout: no such key (did you mean timeout?)",
    "2:52: jobs.a.ready.htp: no such key (did you mean http?)",
  ],
  [
    "jobs:\n  a: { command: x, ready: { http: nix, tcp: 3 }, restart: sometimes, memory_limit: 3 }\n",
    '2:35: jobs.a.ready.http: must be a URL such as http://127.0.0.1:3000/health, not "nix"',
    "2:59: jobs.a.restart: must be no, on-failure, on-failure:MAX, always or unless-stopped, " +
    'not "sometimes"',
    '2:84: jobs.a.memory_limit: must be a size such as "64MiB" or a number of bytes, ' +
    "at least 1MiB, not 3",
  ],
  [
    "jobs:\n  a: { command: x, ready: { http: 'http://a', tcp: 3 } }\n",
    "2:27: jobs.a.ready: must have exactly one of http, tcp, log, command, delay, ports",
  ],
  [
    "jobs:\n  a: { command: x, depends_on: { b: { condition: service_healthy } } }\n  b: { command: x }\n",
    "2:39: jobs.a.depends_on.b.condition: here `for`",
  ],
  [
    "jobs:\n  api: { command: x, depends_on: [ap, dbb, db, db, api] }\n  db: { command: x }\n",
    '2:35: jobs.api.depends_on[0]: there is no job "ap" (did you mean "api"?)',
    '2:39: jobs.api.depends_on[1]: there is no job "dbb" (did you mean "db"?)',
    "2:48: jobs.api.depends_on[3]: db is there twice",
    "2:52: jobs.api.depends_on[4]: a job cannot depend on itself",
  ],
  [
    "jobs:\n  a: { command: x, depends_on: [b] }\n  b: { command: x, depends_on: { c: ready } }\n" +
    "  c: { command: x, depends_on: [a] }\n  d: { command: x, depends_on: [a] }\n",
    "2:33: jobs.a.depends_on[0]: jobs that wait for one another: a → b → c → a",
  ],
  [
    "jobs:\n  a: { command: x, depends_on: [b, a, gone] }\n" +
    "  b: { command: x, depends_on: { a: { for: ready } }, depend_on: [a] }\n" +
    "  c: { command: x, depends_on: [d] }\n  d: { depends_on: [c], restart: maybe }\n",
    "2:33: jobs.a.depends_on[0]: jobs that wait for one another: a → b → a",
    "2:36: jobs.a.depends_on[1]: a job cannot depend on itself",
    '2:39: jobs.a.depends_on[2]: there is no job "gone"',
    "3:55: jobs.b.depend_on: no such key (did you mean depends_on?)",
    "4:33: jobs.c.depends_on[0]: jobs that wait for one another: c → d → c",
    "5:3: jobs.d: has no command",
    '5:34: jobs.d.restart: must be no, on-failure, on-failure:MAX, always or unless-stopped, not "maybe"',
  ],
  [
    "jobs:\n  s: { command: x }\n  t: { command: x, task: true }\n  a:\n    command: x\n" +
    "    depends_on:\n      s: completed\n      t: ready\n",
    "7:10: jobs.a.depends_on.s: s is no task, and never completed (write `task: true` there, or `ready` here)",
    "8:10: jobs.a.depends_on.t: t is a task, and never ready (write `completed`)",
  ],
  [
    "jobs:\n  t: { command: x, task: true, ready: ports, health: { tcp: 3 }, restart: always }\n" +
    "  s: { command: x, inputs: [a], ready: ports }\n",
    "2:32: jobs.t.ready: a task has no `ready`: it is done when it has ended",
    "2:46: jobs.t.health: a task has no `health`: it is done when it has ended",
    "2:75: jobs.t.restart: a task runs to its end (write `on-failure:MAX`, or `schedule`)",
    "3:20: jobs.s.inputs: only a task has inputs (write `task: true`)",
    "3:40: jobs.s.ready: there are no ports to be ready (declare `ports`)",
  ],
  [
    "jobs:\n  a:\n    command: x\n    env: { A: '${NOPE}', B: '${NOPE:?set it}', C: $HOME, D: '${', E: '${E:?}' }\n",
    "4:15: jobs.a.env.A: NOPE is not set (${NOPE:-} for nothing then)",
    "4:29: jobs.a.env.B: NOPE is not set: set it",
    "4:51: jobs.a.env.C: `$HOME` is not expanded (write ${HOME}, or $$HOME for the text)",
    "4:61: jobs.a.env.D: `${` without `}` ($${ is the text)",
    "4:70: jobs.a.env.E: E is empty",
  ],
  [
    "jobs:\n  a:\n    command: x\n    ports: { http: auto }\n    description: '${ports.http}'\n" +
    "    env: { A: '${ports.htp}', B: '${jobs.bb.ports.x}', C: '${project.dri}' }\n" +
    "    watch: { paths: [a], do: 'run:b' }\n",
    "5:18: jobs.a.description: a port is known only when the job starts (it can stand in env, ready, " +
    "health and commands)",
    '6:15: jobs.a.env.A: a has no port "htp" (did you mean "http"?)',
    '6:34: jobs.a.env.B: there is no job "bb"',
    "6:59: jobs.a.env.C: `${project.dri}` means nothing (did you mean ${project.dir}?)",
    '7:30: jobs.a.watch.do: there is no job "b" (did you mean "a"?)',
  ],
  [
    "jobs:\n  a: { command: 'x ${ports.htp} ${HOME} $${ports.x}', ports: { http: auto } }\n",
    '2:17: jobs.a.command: a has no port "htp" (did you mean "http"?)',
  ],
  [
    "jobs:\n  a: { command: x, ports: { A-b: 3, c: 70000 } }\n",
    "2:29: jobs.a.ports.A-b: the key must be the name of a port: a-z, 0-9 and _, " +
    "beginning with a letter",
    "2:40: jobs.a.ports.c: must be a port from 1 to 65535, auto, or { prefer: PORT }, not 70000",
  ],
  ["jobs:\n  a: { command: x, cwd: nix }\n", '2:25: jobs.a.cwd: there is no directory "nix"'],
  [
    "jobs:\n  a: { command: x, memory_limit: '${E:-lots}' }\n",
    '2:34: jobs.a.memory_limit: must be a size such as "64MiB" or a number of bytes, at least 1MiB, not "${E:-lots}"',
  ],
  [
    "defaults: { command: x, restart: 3 }\n",
    "1:13: defaults.command: is for one job, not for all",
    "1:34: defaults.restart: must be no, on-failure, on-failure:MAX, always or unless-stopped, not 3",
  ],
  [
    "daemon: { idle_exit: soon, logg_level: x }\n",
    '1:22: daemon.idle_exit: must be a duration such as "30s", at least 1s (0 for none), not "soon"',
    "1:28: daemon.logg_level: is not a setting (did you mean log_level?)",
  ],
  ["a: 1\nb: [1\nc: 2\n", "3:1: a bracket that is not closed"],
  ["jobs:\n\ta: 1\n", "2:1: a tab; YAML is indented with spaces"],
  ["name: x\nenv: {}\nname: y\n", "3:1: this key is there twice"],
  ["name: !secret x\n", "1:7: a tag that means nothing here"],
  ["name: *x\n", "1:7: an alias of nothing that comes before it"],
  ["jobs: &a { b: *a }\n", "1:15: it contains itself"],
  ["name: x\n---\nname: y\n", "2:1: a second document; a project file is one"],
  ["__proto__: { jobs: {} }\n", "1:1: no key can be called __proto__"],
  ['name: "a\\0b"\n', "1:7: name: there is a NUL character"],
];

for (const [text, ...said] of WRONG) {
  Deno.test(`F5 project file ${JSON.stringify(text).slice(0, 70)} is wrong in ${said.length} places, all told`, async () => {
    assertEquals(
      await mistakes({ "imp.yaml": text }, { E: "" }),
      said.map((line) => `imp.yaml:${line}`),
    );
  });
}

Deno.test("F5 forty mistakes are forty lines, in the order of the file", async () => {
  const jobs = Array.from({ length: 40 }, (_, index) => `  j${index}: { command: x, cwdd: y }\n`);
  const lines = await mistakes({ "imp.yaml": `jobs:\n${jobs.join("")}` });
  assertEquals(lines.length, 40);
  lines.forEach((line, index) => assertMatch(line, new RegExp(`^imp\\.yaml:${index + 2}:\\d+: `)));
});

Deno.test("F5 places are told in every format", async () => {
  const said = 'jobs.api.depends_on[1]: there is no job "dbb" (did you mean "db"?)';
  for (
    const [name, text, place] of [
      [
        "imp.yml",
        "jobs:\r\n  db: { command: x }\r\n  api: { command: x, depends_on: [db, dbb] }\r\n",
        "3:39",
      ],
      [
        "imp.toml",
        '[jobs]\ndb = { command = "x" }\n[jobs.api]\ncommand = """\nx"""\ndepends_on = ["db", "dbb"]\n',
        "6:21",
      ],
      [
        "imp.json",
        '{"jobs": {"db": {"command": "x"},\n"api": {"command": "x", "depends_on": ["db", "dbb"]}}}',
        "2:46",
      ],
      [
        "imp.jsonc",
        '\ufeff{ // {\n "jobs": {"db": {"command": "x"}, /* [ */\n\t"api": {"command": "x", "depends_on": ["db", "dbb",]}}}',
        "3:47",
      ],
    ] as const
  ) {
    assertEquals(await mistakes({ [name]: text }), [`${name}:${place}: ${said}`]);
  }
});

Deno.test("F5 a text that does not parse is told with its line in every format", async () => {
  for (
    const [name, text, said] of [
      ["imp.toml", "name = 1\nenv = hunter2\n", "imp.toml:2:7: invalid value"],
      ["imp.json", '{\n "name": hunter2}', "imp.json:2:10: Cannot parse JSONC: unexpected token"],
      ["imp.json", '{"name": 1,\n "name": 2}', "imp.json:2:2: a key is there twice"],
      [
        "imp.yaml",
        Uint8Array.of(0xff, 0xfe, 0x61, 0),
        "imp.yaml:1:1: it is UTF-16; save it as UTF-8",
      ],
      ["imp.yaml", "a: 1\nb: \0\n", "imp.yaml:2:4: there is a NUL character"],
    ] as const
  ) {
    assertEquals(await mistakes({ [name]: text }), [said]);
  }
});

Deno.test("F5 what is wrong in a local file is told with its name, after the main file's", async () => {
  const lines = await mistakes({
    "imp.yaml": "jobs:\n  api: { command: x, cwd: nix }\n",
    "imp.local.yaml": "jobs:\n  api: { restrat: no }\n  db: { ready: x }\ndaemon: {}\n",
  });
  assertEquals(lines.map((line) => line.replace(/^(\S+ \S+:) .*/, "$1")), [
    "imp.yaml:2:27: jobs.api.cwd:",
    "imp.local.yaml:2:10: jobs.api.restrat:",
    "imp.local.yaml:3:3: jobs.db:",
    "imp.local.yaml:3:16: jobs.db.ready:",
    "imp.local.yaml:4:1: daemon:",
  ]);
});

Deno.test("F5 of two files of one kind none is chosen", async () => {
  assertEquals(await mistakes({ "imp.yaml": "", "imp.toml": "" }), [
    "imp.yaml:1:1: there is also imp.toml (keep one of them)",
  ]);
  assertEquals(await mistakes({ "imp.yaml": "", "imp.local.yaml": "", "imp.local.json": "{}" }), [
    "imp.local.yaml:1:1: there is also imp.local.json (keep one of them)",
  ]);
});

Deno.test("F5 no value of the environment is in what is said", async () => {
  const text =
    "jobs:\n  a: { command: x, memory_limit: '${S}', ready: '${S}', groups: ['${S}'] }\n";
  const lines = await mistakes({ "imp.yaml": text }, { S: "hunter 2" });
  assertEquals(lines.length, 3);
  assert(!lines.join().includes("hunter"), lines.join("\n"));
});
