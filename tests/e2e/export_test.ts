/** The way out: what imp writes for another tool is taken by that tool, as it stands. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openBox } from "../support/box.ts";
import { eventually } from "../support/eventually.ts";
import { hasTools } from "../support/process_facts.ts";
import { startSystemdUser, whyNoSystemd } from "../support/systemd_user.ts";

/** Words that a unit would change if they were not quoted, and a job that waits for the others. */
const HARD = `
name: hard
env_file: .env
jobs:
  words:
    command: [sh, -c, 'printf "%s\\n" "$@" "$$PWD" "$$V" "$$F" "$$G" > said.tmp; mv said.tmp said; exec sleep 1000', sh,
      "a b", "$$HOME", "$\${x}", "%h", "100%", "'q'", '"dq"', 'back\\slash', "tab\\tx", "", ";", "ünï", "~", "#c", "*"]
    cwd: my dir 100%
    env: { V: "v $$HOME %h 'x' \\\\", F: line }
    ready: { command: test -e said, interval: 20ms }
    stop: { signal: INT }
  one:
    task: true
    command: |
      X=\${G}
      echo "$X 100%" > one
  last:
    command: cat one > last; exec sleep 1000
    depends_on: { words: ready, one: completed }
    groups: [late]
  tick: { task: true, command: echo x >> ticks, schedule: { every: 1s } }
  by-hand: { command: exit 1, autostart: false }
`;
const SAID = "a b|$HOME|${x}|%h|100%|'q'|\"dq\"|back\\slash|tab\tx||;|ünï|~|#c|*";

Deno.test({
  name: "systemd takes the units of imp export, and runs the jobs as imp would",
  ignore: whyNoSystemd() !== undefined || !hasTools("systemd-analyze"),
  async fn() {
    await using box = await openBox();
    await using systemd = await startSystemdUser(box);
    const dir = `${box.root}/config/systemd/user`;
    await box.file("project/imp.yaml", HARD);
    await box.file("project/.env", "F=file\nG=from-file\n");
    await Deno.mkdir(`${box.project}/my dir 100%`);
    const { files, losses } = await box.impJson(["export", "systemd", "-o", dir]);
    assertEquals(losses, []);
    const paths: string[] = files.map(({ path }: { path: string }) => path);
    const verified = await box.run(["systemd-analyze", "verify", "--user", "--man=no", ...paths]);
    assertEquals([verified.code, verified.stderr], [0, ""]);

    await systemd.systemctlOk("daemon-reload");
    await systemd.systemctlOk("start", "hard.target");
    const read = (name: string) => Deno.readTextFile(`${box.project}/${name}`).catch(() => "");
    await eventually("the last job has begun", async () => await read("last") !== "");
    const cwd = `${box.project}/my dir 100%`;
    const said = `${SAID}|${cwd}|v $HOME %h 'x' \\|line|from-file`;
    assertEquals((await read("my dir 100%/said")).split("\n"), [...said.split("|"), ""]);
    assertEquals(await read("last"), "from-file 100%\n");
    const state = (unit: string) => systemd.property(unit, "ActiveState");
    assertEquals(await state("hard-by-hand.service"), "inactive");
    await eventually(
      "its timer has started a job twice",
      async () => (await read("ticks")).length >= 4,
    );
    await systemd.systemctlOk("stop", "hard.target");
    await eventually(
      "all jobs are down",
      async () =>
        await state("hard-words.service") === "inactive" &&
        await state("hard-last.service") === "inactive",
    );
  },
});

Deno.test("imp export prints or writes files, tells what is lost, and starts nothing", async () => {
  await using box = await openBox();
  const text = 'jobs: { api: { command: "npm run dev", watch: [a], env: { L: "${LOG:-x}" } } }';
  await box.file("project/imp.yaml", text);
  const printed = await box.imp(["export", "procfile"], { env: { LOG: "debug" } });
  assertEquals(printed.code, 0, printed.stderr);
  assertEquals(printed.stdout.split("\n").slice(1), [
    "# api: not carried over: watch: a",
    "api: export L=debug && npm run dev",
    "",
  ]);
  assertStringIncludes(printed.stderr, "imp: not carried over: api: watch: a\n");
  assertStringIncludes(printed.stderr, "imp: written as they are here and now: LOG\n");

  const strict = await box.imp(["export", "procfile", "--strict", "-o", "out"]);
  assertEquals([strict.code, strict.stdout], [1, ""]);
  assertStringIncludes(strict.stderr, "1 thing would not be carried over");
  const written = await box.impOk(["export", "compose", "-o", "out"]);
  assertEquals(written, `Wrote ${box.project}/out/compose.yaml\n`);
  const again = await box.imp(["export", "compose", "-o", "out"]);
  assertEquals(again.code, 6, again.stderr);
  assertStringIncludes(again.stderr, "--force writes over it");
  await box.impOk(["export", "compose", "-o", "out", "--force"]);

  const none = await box.imp(["export"]);
  assertEquals(none.code, 2);
  assertStringIncludes(none.stderr, "imp export systemd|process-compose|");
  const near = await box.imp(["export", "systmd"]);
  assertEquals(near.code, 2);
  assertStringIncludes(near.stderr, "Did you mean systemd?");
  const missing = await box.imp(["export", "systemd", "none.yaml"]);
  assertEquals(missing.code, 2, missing.stderr);
  assert((await box.daemons()).length === 0);
});
