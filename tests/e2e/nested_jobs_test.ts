/** imp inside a job of imp: a terminal, an editor or an agent that runs as a job is used for every project. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { eventually } from "../support/eventually.ts";
import { fixture } from "../support/fixtures.ts";

/** Another project beside the one of the box; its path. */
async function secondProject(box: Box): Promise<string> {
  await Deno.mkdir(`${box.root}/other/.git`, { recursive: true });
  await Deno.mkdir(`${box.project}/.git`);
  return `${box.root}/other`;
}

Deno.test("E1 in a job of one project the directory decides which project imp is about", async () => {
  await using box = await openBox();
  const cwd = await secondProject(box);
  await box.impOk(["add", "--name", "web", "--", ...fixture("hold.sh")], { cwd });
  const script = `cd ${cwd}; imp ls -q; imp nuke; imp exec -- env; echo DONE; cd ${box.project}; ` +
    "imp ls --json";
  const { stdout } = await box.imp(["run", "--name", "term", "--", "sh", "-c", script]);
  assertStringIncludes(stdout, "Stopped 1 job, removed 1\n");
  const [other, here] = stdout.split("DONE\n");
  assertEquals(/^IMP_JOB_ID=/m.test(other!), false, "an exec is no part of the job around it");
  assertEquals(
    other!.match(/^IMP_JOB_DAEMON_ID=.*/m)?.[0].startsWith("IMP_JOB_DAEMON_ID=other-"),
    true,
  );
  assertEquals(JSON.parse(here!).jobs.map(({ name }: { name: string }) => name), ["term"]);
  assertEquals((await box.impJson(["ls"])).jobs.length, 1);
  await box.impOk(["nuke"], { cwd });
});

Deno.test("E1 a job of a 0.1 daemon passes its mark on, and the directory decides all the same", async () => {
  await using box = await openBox();
  const cwd = await secondProject(box);
  const id = (await box.impJson(["ping"])).daemon_id;
  const env = {
    IMP_DAEMON_ID: id,
    IMP_JOB_ID: "V3x",
    IMP_RUN_ID: "V3x-1",
    IMP_STATE_DIR: `${box.stateDir}/${id}`,
  };
  const script = "imp ls -q | wc -l; env | grep ^IMP_DAEMON_ID";
  const { stdout } = await box.imp(["run", "--", "sh", "-c", script], { cwd, env });
  assertEquals(stdout.trim(), "1");
  assertEquals((await box.impJson(["ls"])).jobs, []);
  await box.impOk(["nuke"], { cwd });
});

Deno.test("E1 stopping a job leaves the daemon and the jobs of another project that were started in it", async () => {
  await using box = await openBox();
  const cwd = await secondProject(box);
  const script = `cd ${cwd}; imp run --name inner -- sh -c 'echo $IMP_JOB_ID; exec sleep 1000000'`;
  await using outer = box.startImp(["run", "--name", "outer", "--", "sh", "-c", script]);
  await outer.waitForStdout("\n");
  const [before] = (await box.impJson(["ls"], { cwd })).jobs;
  assertEquals([before.name, before.status, `${before.id}\n`], [
    "inner",
    "running",
    outer.stdout.text,
  ]);
  const { pid } = await box.impJson(["ping"], { cwd });

  await box.impOk(["stop", "outer"]);
  await outer.result();
  assertEquals((await box.impJson(["ping"], { cwd })).pid, pid);
  const [after] = (await box.impJson(["ls"], { cwd })).jobs;
  assertEquals([after.status, after.pid], ["running", before.pid]);
  await box.impOk(["nuke"], { cwd });
  await eventually("the other project is empty", async () => (await box.daemons()).length === 1);
});

Deno.test("E1 stopping a job leaves its own daemon, which was started in it, and that daemon's jobs", async () => {
  await using box = await openBox();
  await box.impOk(["add", "--name", "web", "--", ...fixture("hold.sh")]);
  const { pid } = await box.impJson(["ping"]);
  // The daemon that takes over is a child of the client in the job for as long as that follows.
  const script = "imp daemon stop --keep-jobs; imp run --name inner -- sleep 1000000";
  await box.impOk(["add", "--name", "term", "--", "sh", "-c", script]);
  const successor = await eventually("a daemon was started in the job", async () => {
    const [daemon] = await box.daemons();
    return daemon !== undefined && daemon.pid !== pid ? daemon.pid : undefined;
  });
  await box.impOk(["wait", "--for", "running", "web"]);
  await eventually("it runs", async () => (await box.impJson(["ls"])).jobs.length === 3);
  await box.impOk(["stop", "term"]);
  const jobs: { name: string; status: string }[] = (await box.impJson(["ls"])).jobs;
  const status = Object.fromEntries(jobs.map((job) => [job.name, job.status]));
  assertEquals([status.web, status.inner], ["running", "running"]);
  assertEquals((await box.impJson(["ping"])).pid, successor);
});
