/** Jobs that were tried out by hand, and are kept. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { openBox } from "../support/box.ts";
import { jobsOf } from "../support/project_box.ts";

const BEFORE = `# what we run
jobs:
  db: { command: exec sleep 1000000 }   # the database

defaults: { env: { SHARED: "1" } } # for all
`;

Deno.test("a job that was added by hand is saved with all that was said of it, and up finds it as it is", async () => {
  await using box = await openBox();
  await box.file("project/settings/imp.yaml", BEFORE, 0o640);
  await Deno.symlink("settings/imp.yaml", `${box.project}/imp.yaml`);
  await box.impOk(["up"]);
  const given = ["--env", "LOG=a $b", "--env", "API_TOKEN=hunter2hunter2", "--restart", "always"];
  await box.impOk([
    "add",
    "--name",
    "api",
    ...given,
    "--",
    "sh",
    "-c",
    "echo $LOG; exec sleep 1000000",
  ]);

  const dry = await box.impOk(["save", "api", "--dry-run"]);
  assertStringIncludes(dry, "+  api:\n+    command: echo $LOG; exec sleep 1000000\n");
  assertEquals(await Deno.readTextFile(`${box.project}/imp.yaml`), BEFORE);

  const saved = await box.imp(["save", "api"]);
  assertStringIncludes(saved.stderr, "API_TOKEN of api looks like a secret");
  assertStringIncludes(saved.stderr, "The file says more of api (env)");
  assertEquals(
    await Deno.readTextFile(`${box.project}/imp.yaml`),
    BEFORE.replace(
      "# the database\n",
      () =>
        `# the database

  api:
    command: echo $LOG; exec sleep 1000000
    env:
      LOG: a $$b
      API_TOKEN: \${API_TOKEN} # looks like a secret: set it where you call imp
    restart: always
`,
    ),
  );
  assertEquals((await Deno.stat(`${box.project}/settings/imp.yaml`)).mode! & 0o777, 0o640);
  assertEquals((await box.imp(["save", "api"])).code, 6, "it is the project's now");

  // What the file says for all jobs is not yet so of this one, and nothing else is to be done.
  const env = { API_TOKEN: "hunter2hunter2" };
  assertEquals(await box.impOk(["up", "--dry-run"], { env }), "restart api: env\n");
  await box.impOk(["add", "--name", "web", "--env", "SHARED=1", "--", "sleep", "1000000"]);
  await box.impOk(["save", "web"], { env });
  await box.impOk(["wait", "--for", "ready", "web"]);
  assertEquals(await box.impOk(["up", "web"], { env }), "Up to date\n");
  const jobs = await jobsOf(box);
  assertEquals([jobs.api, jobs.web].map((job) => [job!.status, job!.run]), [
    ["running", 1],
    ["running", 1],
  ]);
});

Deno.test("what was changed of a job that is up, and waits for its next start, is made so by up after save", async () => {
  await using box = await openBox();
  await box.impOk(["add", "--name", "api", "--", "sh", "-c", "exec sleep 1000000"]);
  await box.impOk(["set", "api", "--env", "A=1"]);
  const saved = await box.imp(["save", "api"]);
  assertStringIncludes(saved.stderr, "The file says more of api (env)");
  assertEquals(await box.impOk(["up", "--dry-run"]), "restart api: env\n");
  await box.impOk(["up"]);
  assertEquals((await jobsOf(box)).api!.run, 2);
  assertEquals(await box.impOk(["up"]), "Up to date\n");

  await box.impOk(["add", "--name", "web", "--", "sh", "-c", "exec sleep 1000000; web"]);
  await box.impOk(["set", "web", "--now", "--env", "A=1"]);
  await box.impOk(["wait", "--for", "ready", "web"]);
  assertEquals((await box.imp(["save", "web"])).stderr, "");
  assertEquals(await box.impOk(["up"]), "Up to date\n");
});
