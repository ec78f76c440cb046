/** Settings files that were made to hurt, or that are none: each is named, and none costs more than a look. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { VERSION } from "../base/version.ts";
import * as fc from "fast-check";
import { failure, withFiles } from "./testdata/settings_box.ts";

/** Far more than it takes, on whatever machine; what these stand for took from seconds to for ever. */
const LIMIT_MS = 30_000;
const KIB = 1_024;

function repeated(piece: string, bytes: number): string {
  return piece.repeat(Math.floor(bytes / piece.length));
}

/** `count` lines or items, each of its own. */
function counted(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join("");
}

/** Each level names the one before nine times. */
const LAUGHS = counted(
  9,
  (level) =>
    `x-${level}: &l${level} [${Array(9).fill(level === 0 ? "ha" : `*l${level - 1}`).join(",")}]\n`,
);

const DEEP = 30_000;

/** By the file's name: what is in it, and what of it must be said. */
const BOMBS: readonly [name: string, text: string, says: string][] = [
  ["project/imp.yaml", `${LAUGHS}daemon:\n  idle_exit: *l8\n`, 'duration such as "30s"'],
  ["project/imp.yaml", `${LAUGHS}daemon: *l8\n`, "daemon (line 10) must be a table"],
  ["project/imp.yaml", "daemon:\n  idle_exit: &a [*a]\n", "not a list"],
  ["project/imp.yaml", "daemon: &a\n  idle_exit: *a\n", "not a table"],
  ["project/imp.yaml", "daemon: &a [*a]\n", "must be a table"],
  ["imp/config.yaml", "idle_exit: &a [*a]\n", "idle_exit (line 1) must be a duration"],
  ["imp/config.yaml", `a: &a {x: 1}\n<<: [${repeated("*a,", 100 * KIB)}]\n`, "is not a setting"],
  [
    "imp/config.yaml",
    `a: &a\n${counted(9_000, (n) => `  k${n}: 1\n`)}<<: [${repeated("*a,", 100 * KIB)}]\n`,
    "and 8996 more",
  ],
  ["imp/config.yaml", "x".repeat(18_000_000), "it is larger than 256 KiB"],
  ["imp/config.toml", "x".repeat(257 * KIB), "it is larger than 256 KiB"],
  ["imp/config.yaml", "[".repeat(DEEP), "nested too deeply"],
  ["imp/config.yaml", "a: ".repeat(DEEP), "line 1"],
  ["imp/config.yaml", "- ".repeat(DEEP), "nested too deeply"],
  ["imp/config.json", "[".repeat(DEEP), "nested too deeply"],
  ["imp/config.jsonc", '{"a":'.repeat(DEEP), "nested too deeply"],
  ["imp/config.toml", `a = ${"[".repeat(DEEP)}`, "nested"],
  ["imp/config.toml", counted(20_000, (n) => `k${n} = 1\n`), "and 19995 more"],
  ["imp/config.toml", counted(15_000, (n) => `a.k${n} = 1\n`), "a (line 1) is not a setting"],
  ["imp/config.yaml", counted(20_000, (n) => `k${n}: 1\n`), "and 19995 more"],
  ["imp/config.json", `{${counted(15_000, (n) => `"k${n}":1,`)}"z":1}`, "and 14996 more"],
  ["imp/config.yaml", `log_level: "${"x".repeat(200 * KIB)}"\n`, 'not "xxxxx'],
  ["imp/config.yaml", `idle_exit: "${"1".repeat(200 * KIB)}"\n`, "idle_exit (line 1)"],
  ["imp/config.yaml", `log_max_bytes: "${"1".repeat(200 * KIB)}"\n`, "log_max_bytes (line 1)"],
  ["imp/config.yaml", `${"k".repeat(1_000)}: 1\n`, "is not a setting"],
  ["imp/config.toml", `${"k".repeat(200 * KIB)} = 1\n`, "is not a setting"],
];

for (const [name, text, says] of BOMBS) {
  const title = text.length > 70 ? `${text.slice(0, 40)}… of ${text.length} bytes` : text;
  Deno.test(`A9 ${name} ${JSON.stringify(title)} is refused in a few words, at once`, async () => {
    const beganAt = performance.now();
    const error = await failure({ [name]: text });
    assert(performance.now() - beganAt < LIMIT_MS, `${performance.now() - beganAt} ms`);
    assertStringIncludes(error.message, says);
    assert(error.message.length < 1_000, `${error.message.length} letters`);
    assertStringIncludes(error.message, `${error.dir}/${name}`);
  });
}

Deno.test("A9 no file changes what every table has, and none sets a key twice", async () => {
  for (
    const [name, text] of [
      ["imp/config.json", '{"__proto__": {"idle_exit": "1s"}}'],
      ["imp/config.toml", '[__proto__.polluted]\nidle_exit = "1s"\n'],
      ["imp/config.toml", '__proto__.idle_exit = "1s"\n'],
      ["imp/config.yaml", "__proto__:\n  idle_exit: 1s\n"],
    ] as const
  ) {
    assertStringIncludes((await failure({ [name]: text })).message, "__proto__");
    assertEquals(Object.keys(Object.getOwnPropertyDescriptors({})), []);
    assert(!("polluted" in {}) && !("idle_exit" in {}));
  }
  for (
    const [name, text, line] of [
      ["imp/config.yaml", "runs_kept: 1\nlog_level: debug\nruns_kept: 2\n", 3],
      ["imp/config.toml", "runs_kept = 1\n\nruns_kept = 2\n", 3],
      ["imp/config.json", '{"runs_kept": 1,\n"runs_kept": 2}', 2],
      ["imp/config.jsonc", '{"runs_kept": 1, // "a":\n"x": ["}"],\n "runs\\u005fkept": 2}', 3],
    ] as const
  ) {
    const { message } = await failure({ [name]: text });
    assertStringIncludes(message, `(line ${line})`);
  }
});

Deno.test("A9 tables that YAML merges into another one count, the nearest first", async () => {
  const base = "x-a: &a { runs_kept: 1, log_level: debug }\nx-b: &b { <<: *a, log_level: warn }\n";
  for (const merged of ["*b", "[*b]", "[*b, *a]"]) {
    const text = `${base}daemon:\n  <<: ${merged}\n  events_kept: 500\n`;
    await withFiles({ "project/imp.yaml": text }, async (load) => {
      const { settings, problems } = await load();
      assertEquals(problems, []);
      assertEquals([settings.runsKept, settings.eventsKept, settings.logLevel], [1, 500, "warn"]);
    });
  }
  const wrong = await failure({ "project/imp.yaml": "daemon:\n  <<: 3\n" });
  assertStringIncludes(wrong.message, "daemon.<<");
});

Deno.test("F3 a file that is no text is refused by what is wrong with it", async () => {
  const cases: [Uint8Array | string, string][] = [
    [Uint8Array.of(0xff, 0xfe, 0x61, 0), "it is UTF-16; save it as UTF-8"],
    [Uint8Array.of(0x61, 0x3a, 0xc3, 0x28), "it is no text in UTF-8"],
    [Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0x80), "it is no text in UTF-8"],
    ["a: 1\nb: \0\n", "(line 2): there is a NUL character"],
  ];
  for (const ending of ["yaml", "toml", "json", "jsonc"]) {
    for (const [bytes, says] of cases) {
      const name = `imp/config.${ending}`;
      assertStringIncludes((await failure({ [name]: bytes })).message, says, ending);
    }
  }
});

Deno.test("F3 a mark in front and other ends of lines are no trouble, a tab in YAML is named", async () => {
  const good = {
    "imp/config.yaml": "\ufefflog_level: debug\r\nruns_kept: 3\r\n",
    "imp/config.toml": '\ufefflog_level = "debug"\r\nruns_kept = 3\r\n',
    "imp/config.json": '\ufeff{"log_level": "debug",\r\n\t"runs_kept": 3}\r\n',
    "imp/config.yml": '{\n\t"log_level": "debug",\n\t"runs_kept": 3\n}\n',
  };
  for (const [name, text] of Object.entries(good)) {
    await withFiles({ [name]: text }, async (load) => {
      const { settings, problems } = await load();
      assertEquals(problems, [], name);
      assertEquals([settings.logLevel, settings.runsKept], ["debug", 3], name);
    });
  }
  const tabbed = await failure({ "project/imp.yaml": "daemon:\n\tlog_level: debug\n" });
  assertStringIncludes(tabbed.message, "(line 2): a tab; YAML is indented with spaces");
});

Deno.test("F3 what is in the place of a file is named, and does not hold whoever reads it", async () => {
  await withFiles({ "project/imp.yaml": "" }, async (load, dir) => {
    for (const name of ["imp/config.yaml", "project/imp.toml"]) {
      await new Deno.Command("mkfifo", { args: [`${dir}/${name}`] }).output();
    }
    const { problems, settings } = await load();
    assertEquals(problems.map(({ code, message }) => [code, message]), [
      ["settings.unreadable", `Cannot read ${dir}/imp/config.yaml: it is a FIFO`],
    ]);
    assertEquals(settings.runsKept, 10);
    await Deno.remove(`${dir}/imp/config.yaml`);
    await Deno.mkdir(`${dir}/imp/config.json`);
    assertStringIncludes((await load()).problems[0]!.message, "config.json: it is a directory");
  });
});

Deno.test("F3 of two files the one that is right counts, whatever is wrong with the other", async () => {
  await withFiles({
    "imp/config.yaml": "runs_kept: 3\nstop_timeout: 7s\n",
    "project/imp.yaml": "daemon:\n  runs_kept: 5\n  stop_timeout: soon\n",
  }, async (load) => {
    const { settings, problems } = await load();
    assertEquals(problems.length, 1);
    assertEquals([settings.runsKept, settings.stopTimeoutMs], [3, 7_000]);
  });
  await withFiles({
    "imp/config.yaml": "runs_kept: many\n",
    "project/imp.yaml": "daemon: { runs_kept: 5 }\n",
  }, async (load) => {
    const { settings, problems } = await load();
    assertEquals(problems.length, 1);
    assertEquals(settings.runsKept, 5);
  });
});

/** What stands at the top of a project file, and what is said to that. */
const STRANGE: readonly [text: string, error: string, hint: string][] = [
  ["deamon:\n  idle_exit: 1h\n", "deamon (line 1) is not known", "Did you mean `daemon:`?"],
  ["Daemon:\n  idle_exit: 1h\n", "Daemon (line 1) is not known", "Did you mean `daemon:`?"],
  [
    "name: shop\nidle_exit: 1h\n",
    "idle_exit (line 2) is a setting, and belongs under `daemon:`",
    "Write daemon: { idle_exit: … }",
  ],
  [
    "jobs:\n  a:\n    idle-exit: 1\nidle-exit: 1h\n",
    "idle-exit (line 4) is a setting",
    "Write daemon: { idle_exit: … }",
  ],
];

for (const [text, says, hint] of STRANGE) {
  Deno.test(`F5 ${JSON.stringify(text)} is refused by name, with a suggestion`, async () => {
    const error = await failure({ "project/imp.yaml": text });
    assertStringIncludes(error.message, says);
    assertStringIncludes(error.hint!, hint);
  });
}

Deno.test("F5 what this imp does not use of a project file is named, and in nobody's way", async () => {
  const text = "name: shop\nx-mine: 1\njobs:\n  api: { comand: 3 }\nservices: {}\n";
  await withFiles({ "project/imp.yaml": text }, async (load, dir) => {
    const { warnings, problems } = await load();
    assertEquals(problems, []);
    assertEquals(warnings, [
      `${dir}/project/imp.yaml: imp ${VERSION} does not use services (line 5); ` +
      "`imp check` tells all that is wrong",
    ]);
  });
  await withFiles({ "project/imp.toml": "[daemon]\nruns_kept = 3\n[jobs.api]\n" }, async (load) => {
    assertEquals((await load()).warnings, []);
  });
});

Deno.test("A9 whatever is in a file, reading it ends, and what is wrong is an error with a name", async () => {
  const pieces = fc.constantFrom(
    ..."daemon idle_exit runs_kept log_level 1h 3 debug jobs << &a *a !!x - ? | > --- %YAML".split(
      " ",
    ),
    ...[
      ": ",
      " = ",
      "\n",
      "\n  ",
      "\t",
      "{",
      "}",
      "[",
      "]",
      ",",
      '"',
      "'",
      "\\",
      "#",
      "//",
      "\0",
      "é",
      ":",
      ".",
    ],
  );
  const text = fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join(""));
  const ending = fc.constantFrom("yaml", "toml", "json", "jsonc");
  await fc.assert(
    fc.asyncProperty(ending, text, async (ending, text) => {
      await withFiles({ [`project/imp.${ending}`]: text }, async (load) => {
        const { problems, settings } = await load();
        for (const { code } of problems) assertEquals(code, "settings.invalid");
        assert(settings.runsKept > 0);
      });
    }),
    { numRuns: 300 },
  );
});
