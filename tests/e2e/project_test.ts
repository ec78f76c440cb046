/** The project file as its owner meets it: no daemon is started by looking at it, and none is hindered by what is wrong. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { openBox } from "../support/box.ts";
import { fixture } from "../support/fixtures.ts";

const WRONG = "jobs:\n  api: { comand: x }\n  db: { command: x, depends_on: [apj] }\n";
const SAID = [
  "imp.yaml:2:10: jobs.api.comand: no such key (did you mean command?)",
  'imp.yaml:3:34: jobs.db.depends_on[0]: there is no job "apj" (did you mean "api"?)',
];

const ECOSYSTEM = `{ "apps": [{
  "name": "web", "script": "server.js",
  "instances": 4
}] }`;

Deno.test("F5 imp check tells all that is wrong in the project file, and starts nothing", async () => {
  await using box = await openBox();
  const none = await box.imp(["check"]);
  assertEquals(none.code, 2);
  assertStringIncludes(none.stderr, "There is no project file here or above");
  await box.file("project/imp.yaml", WRONG);
  const wrong = await box.imp(["check"]);
  assertEquals(wrong, { ...wrong, code: 2, stdout: "", stderr: `${SAID.join("\n")}\n` });
  const { files, ok, problems } = JSON.parse((await box.imp(["check", "--json"])).stdout);
  assertEquals([files, ok], [["imp.yaml"], false]);
  assertEquals(problems[1], {
    file: "imp.yaml",
    line: 3,
    column: 34,
    path: "jobs.db.depends_on[0]",
    message: 'there is no job "apj"',
    hint: 'did you mean "api"?',
  });
  await box.file(
    "project/other.toml",
    '[jobs.a]\ntask = true\ncommand = "x"\n[jobs.b]\ncommand = "y"\n',
  );
  assertEquals(
    await box.impOk(["check", "other.toml"]),
    "other.toml: right, 2 jobs, 1 of them a task\n",
  );
  assertEquals(await box.daemons(), []);
});

Deno.test("F5 jobs that are wrong in the project file are in nobody's way", async () => {
  await using box = await openBox();
  await box.file("project/imp.yaml", `${WRONG}daemon: { runs_kept: 3 }\n`);
  const added = await box.imp(["add", "--name", "one", "--", ...fixture("hold.sh")]);
  assertEquals(added.code, 0, added.stderr);
  assert(!added.stderr.includes("imp.yaml"), added.stderr);
  assertStringIncludes(await box.impOk(["config"]), "imp.yaml");
  await box.impOk(["nuke"]);
});

Deno.test("imp schema prints the JSON Schema of the project file", async () => {
  await using box = await openBox();
  const schema = JSON.parse(await box.impOk(["schema"]));
  assert(schema.properties.jobs.additionalProperties.properties.command.description);
});

Deno.test("imp init writes a project file from what lies there, which is right, and never over one", async () => {
  await using box = await openBox();
  await box.file("project/package.json", '{"scripts": {"dev": "vite"}}');
  assertEquals(await box.impOk(["init"]), "Wrote imp.yaml with 1 job from package.json\n");
  assertEquals(await box.impOk(["check"]), "imp.yaml: right, 1 job\n");
  const [first] = (await Deno.readTextFile(`${box.project}/imp.yaml`)).split("\n");
  const schema = first!.replace("# yaml-language-server: $schema=.", box.project);
  assert(JSON.parse(await Deno.readTextFile(schema)).properties.jobs);
  const again = await box.imp(["init"]);
  assertEquals(again.code, 6, again.stderr);
  assertStringIncludes(await box.impOk(["graph"]), "    1  dev  service");
});

Deno.test("imp graph of a wrong file tells all that is wrong with it", async () => {
  await using box = await openBox();
  await box.file("project/imp.yaml", WRONG);
  const { code, stdout, stderr } = await box.imp(["graph"]);
  assertEquals([code, stdout], [2, ""]);
  assertEquals(stderr.split("\n").slice(0, 3), [
    ...SAID,
    "imp: Nothing is done: imp.yaml is wrong",
  ]);
  const { error } = JSON.parse((await box.imp(["graph", "--json"])).stderr);
  assertEquals([error.code, error.message], ["project.wrong", SAID.join("\n")]);
});

Deno.test("imp init says where a project begins that was a part of another one", async () => {
  await using box = await openBox();
  await box.file("project/imp.yaml", "");
  await box.file("project/inner/.env", "");
  const { code, stderr } = await box.imp(["init"], { cwd: `${box.project}/inner` });
  assertEquals(code, 0, stderr);
  assertStringIncludes(stderr, `what ran here was of the project ${box.project}`);
});

Deno.test("imp import writes a project file of another tool's, tells what is lost, and writes over none", async () => {
  await using box = await openBox();
  const hint = async (args: string[]) => (await box.imp(args)).stderr.split("\n")[1];
  assertEquals(await hint(["up"]), "hint: imp init writes one");
  await box.file("project/ecosystem.config.json", ECOSYSTEM);
  assertEquals(
    await hint(["up"]),
    "hint: imp import --write makes an imp.yaml of ecosystem.config.json",
  );
  const strict = await box.imp(["import", "--strict", "--json"]);
  assertEquals([strict.code, strict.stdout], [1, ""]);
  assertEquals(JSON.parse(strict.stderr).error.code, "import.lossy");
  const { code, stdout, stderr } = await box.imp(["import"]);
  assertEquals(code, 0, stderr);
  assertStringIncludes(stdout, "    # not carried over: instances: 4 (imp has no copies; ");
  assertEquals(stderr.split("\n").slice(0, 2), [
    "imp: ecosystem.config.json:3: web: instances is not carried over: imp has no copies; write a job for each",
    "imp: 1 job from ecosystem.config.json",
  ]);
  const { yaml, losses, jobs } = JSON.parse(await box.impOk(["import", "--json"]));
  assertEquals([yaml, losses.length, jobs], [stdout, 1, [{ name: "web" }]]);
  const written = await box.impOk(["import", "--write"]);
  assertEquals(written, "Wrote imp.yaml with 1 job from ecosystem.config.json\n");
  assertEquals(await box.impOk(["check"]), "imp.yaml: right, 1 job\n");
  assertEquals((await box.imp(["import", "--write"])).code, 6);
  await box.impOk(["import", "--write", "--force"]);
  assertEquals((await box.imp(["import", "nothing"])).code, 2);
  await box.file("project/package.json", '{"scripts": {"lint": "eslint", "storybook": "sb dev"}}');
  const chosen = await box.impJson(["import", "--scripts", "storybook, lint"]);
  assertEquals(chosen.jobs, [{ name: "storybook" }, { name: "lint" }]);
  const noneSuch = await box.imp(["import", "--scripts", "stroybook"]);
  assertEquals(noneSuch.code, 2);
  assertStringIncludes(noneSuch.stderr, "did you mean storybook?");
  assertEquals((await box.imp(["import", "--scripts", "x", "--from", "pm2"])).code, 2);
  assertEquals(await box.daemons(), []);
});

Deno.test("where there is no project file a Procfile counts, as it is", async () => {
  await using box = await openBox();
  await box.file("project/Procfile", "# ours\nweb: exec sleep 1000000\nrelease: true\n");
  assertEquals(await box.impOk(["check"]), "Procfile: right, 2 jobs, 1 of them a task\n");
  await box.file("project/.env", "no assignment\n");
  const wrong = await box.imp(["check"]);
  assertEquals(wrong.stderr, 'Procfile:1:1: env_file: line 1 of ".env" is no assignment\n');
  await box.file("project/.env", "");
  const up = await box.imp(["up"]);
  assertEquals(up.code, 0, up.stderr);
  assertMatch(up.stdout, /^web ready in \S+: http:\/\/localhost:\d+\/\n$/);
  assertEquals(await box.impOk(["up"]), "Up to date\n");
  assertMatch(await box.impOk(["down"]), /^Stopped job \S+ \(web\)\n$/);
  await box.impOk(["nuke"]);
});

Deno.test("imp check tells of globs that match nothing, which is no mistake", async () => {
  await using box = await openBox();
  await box.file("project/src/a/b.ts", "");
  await box.file(
    "project/imp.yaml",
    `defaults: { watch: [none.toml] }
jobs:
  api: { command: x, watch: { paths: ["src/**/*.ts", "scr/**", src, src/a/] } }
  web: { command: x }
  gen: { command: x, task: true, inputs: ["*.proto"] }
`,
  );
  const { code, stdout, stderr } = await box.imp(["check"]);
  assertEquals([code, stdout], [0, "imp.yaml: right, 3 jobs, 1 of them a task\n"]);
  assertEquals(stderr.replaceAll(await Deno.realPath(box.project), "HERE").split("\n"), [
    'imp: imp.yaml:3:54: jobs.api.watch.paths[1]: "scr/**" matches nothing in HERE',
    'imp: imp.yaml:1:21: defaults.watch[0]: "none.toml" matches nothing in HERE',
    'imp: imp.yaml:5:43: jobs.gen.inputs[0]: "*.proto" matches nothing in HERE',
    "",
  ]);
  const { ok, warnings } = await box.impJson(["check"]);
  assertEquals([ok, warnings.length], [true, 3]);
});
