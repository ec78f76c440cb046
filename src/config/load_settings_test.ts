import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { describeSettings } from "./describe_settings.ts";
import { diffSettings } from "./diff_settings.ts";
import { DEFAULT_SETTINGS, FIELDS, SETTING_KEYS } from "./settings.ts";
import { failure, withFiles } from "./testdata/settings_box.ts";

Deno.test("loadSettings() is the defaults when there is no file", async () => {
  await withFiles({}, async (load) => {
    const { settings, sources } = await load();
    assertEquals(settings, DEFAULT_SETTINGS);
    assertEquals(settings.idleExitMs, 900_000);
    assertEquals(settings.logMaxBytes, 64 * 1024 * 1024);
    assertEquals(new Set(sources.values()), new Set(["default"]));
  });
});

Deno.test("loadSettings() lets the project go before the user, and the user before the defaults", async () => {
  await withFiles({
    "imp/config.toml": 'stop_timeout = "3s"\nruns_kept = 4\n',
    "project/imp.yaml": "jobs: {}\ndaemon:\n  stop_timeout: 1m30s\n",
  }, async (load, dir) => {
    const { settings, sources } = await load();
    assertEquals([settings.stopTimeoutMs, settings.runsKept], [90_000, 4]);
    assertEquals(sources.get("stopTimeoutMs"), `${dir}/project/imp.yaml`);
    assertEquals(sources.get("runsKept"), `${dir}/imp/config.toml`);
    assertEquals(sources.get("idleExitMs"), "default");
  });
});

for (
  const [ending, text] of Object.entries({
    yaml: "log_max_bytes: 1MiB\nlog_level: debug\n",
    yml: "log_max_bytes: 1048576\nlog_level: debug\n",
    toml: 'log_max_bytes = "1 MiB"\nlog_level = "debug"\n',
    json: '{"log_max_bytes": 1048576, "log_level": "debug"}',
    jsonc: '{\n // loud\n "log_max_bytes": "1024KiB", "log_level": "debug",\n}',
  })
) {
  Deno.test(`loadSettings() reads config.${ending}`, async () => {
    await withFiles({ [`imp/config.${ending}`]: text }, async (load) => {
      const { settings } = await load();
      assertEquals([settings.logMaxBytes, settings.logLevel], [1_048_576, "debug"]);
    });
  });
}

Deno.test("loadSettings() takes empty files and a project file without daemon: as nothing", async () => {
  for (const text of ["", "# nothing\n", "jobs:\n  api:\n    command: ls\n", "daemon:\n"]) {
    await withFiles({ "project/imp.yaml": text, "imp/config.yml": "" }, async (load) => {
      assertEquals((await load()).settings, DEFAULT_SETTINGS);
    });
  }
});

Deno.test("loadSettings() names file, line, setting and value of what is wrong", async () => {
  const error = await failure({
    "project/imp.yaml": "jobs: {}\n\ndaemon:\n  log_level: loud\n  stop_timeout: soon\n",
  });
  assertEquals(error.code, "settings.invalid");
  assertEquals(
    error.message,
    `Cannot use ${error.dir}/project/imp.yaml: ` +
      'daemon.stop_timeout (line 5) must be a duration such as "30s" (0 for none), not "soon"; ' +
      'daemon.log_level (line 4) must be one of debug, info, warn, error, not "loud"',
  );
});

Deno.test("loadSettings() names the nearest setting for an unknown one, and keeps its value to itself", async () => {
  const error = await failure({ "imp/config.toml": 'idle-exits = "hunter2"\n' });
  assertStringIncludes(error.message, "idle-exits (line 1) is not a setting");
  assertEquals(error.hint, "Did you mean idle_exit?");
  assert(!error.message.includes("hunter2"));
  const stranger = await failure({ "imp/config.json": '{"password": "hunter2"}' });
  assertEquals(stranger.hint, "`imp config` lists the settings");
});

Deno.test("loadSettings() refuses what is out of bounds", async () => {
  for (
    const [name, value] of Object.entries({
      max_frame_bytes: '"1KiB"',
      runs_kept: "0",
      events_kept: "1.5",
      shutdown_timeout: '"0s"',
      idle_exit: "15",
      log_max_bytes: "-1",
      backoff_max: '"400d"',
      __proto__: "1",
    })
  ) {
    const error = await failure({ "imp/config.json": `{"${name}": ${value}}` });
    assertStringIncludes(error.message, name);
  }
});

Deno.test("loadSettings() says where a file cannot be parsed, without quoting it", async () => {
  const broken: Record<string, [string, string]> = {
    yaml: ["a: [1\nb: hunter2\n- 3", "(line 2): "],
    toml: ["a = 1\nb = hunter2\nc = 2", "(line 2): invalid value"],
    json: ['{\n "a": hunter2}', "(line 2): Cannot parse JSONC: unexpected token"],
    jsonc: ['{\n "a": ["hunter2" }', "(line 2): Cannot parse JSONC: unexpected token"],
  };
  for (const [ending, [text, where]] of Object.entries(broken)) {
    const error = await failure({ [`imp/config.${ending}`]: text });
    assertEquals(error.code, "settings.invalid");
    assertStringIncludes(error.message, `${error.dir}/imp/config.${ending} ${where}`);
    assert(!error.message.includes("hunter2"), error.message);
  }
});

Deno.test("loadSettings() refuses a file that is no table of settings", async () => {
  assertStringIncludes((await failure({ "imp/config.yaml": "- a\n" })).message, "must be a table");
  const inProject = await failure({ "project/imp.json": '{"daemon": "fast"}' });
  assertStringIncludes(inProject.message, "daemon (line 1) must be a table of settings");
});

Deno.test("loadSettings() does not choose between two files", async () => {
  const user = await failure({ "imp/config.yaml": "", "imp/config.json": "{}" });
  assertEquals(user.code, "settings.two_files");
  for (const name of ["config.yaml", "config.json"]) assertStringIncludes(user.message, name);
  const project = await failure({ "project/imp.yaml": "", "project/imp.toml": "" });
  assertStringIncludes(project.message, "imp.yaml and ");
});

Deno.test("diffSettings() names what changed as files call it", () => {
  const after = { ...DEFAULT_SETTINGS, logLevel: "debug", maxFrameBytes: 65_536 } as const;
  assertEquals(diffSettings(DEFAULT_SETTINGS, DEFAULT_SETTINGS), {
    changed: [],
    needsRestart: [],
  });
  assertEquals(diffSettings(DEFAULT_SETTINGS, after), {
    changed: ["max_frame_bytes", "log_level"],
    needsRestart: ["max_frame_bytes"],
  });
});

Deno.test("describeSettings() shows values that can be written back", async () => {
  const described = describeSettings({ settings: DEFAULT_SETTINGS, sources: new Map() });
  assertEquals(described.length, SETTING_KEYS.length);
  const written = Object.fromEntries(described.map(({ name, value }) => [name, value]));
  assertEquals([written.idle_exit, written.log_max_bytes], ["15m", "64MiB"]);
  await withFiles({ "imp/config.json": JSON.stringify(written) }, async (load) => {
    assertEquals((await load()).settings, DEFAULT_SETTINGS);
  });
});

Deno.test("FIELDS has defaults that its own bounds allow, under names of one form", () => {
  for (const key of SETTING_KEYS) {
    const { name, show, schema, standard } = FIELDS[key] as (typeof FIELDS)["idleExitMs"];
    assert(/^[a-z]+(_[a-z]+)*$/.test(name), name);
    assertEquals(schema.parse(show(standard)), standard, name);
  }
});
