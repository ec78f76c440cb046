/** What needs a job waits until it is ready, and `up` says when it is not in its time. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { fixture } from "../support/fixtures.ts";
import { jobsOf, openProject, statesOf, untilStates } from "../support/project_box.ts";

const STAY = "exec sleep 1000000";
const SERVER = fixture("http_server.ts");

Deno.test("what needs a service starts once that is ready, by its log, its port or its page", async () => {
  await using box = await openProject({
    db: { command: `read x < gate; echo serving; ${STAY}`, ready: "log:^serving$" },
    api: {
      command: [...SERVER, "${ports.http}"],
      ports: { http: "auto" },
      ready: { http: "http://127.0.0.1:${ports.http}/" },
      depends_on: ["db"],
    },
    tcp: { command: STAY, ready: "tcp:${jobs.api.ports.http}", depends_on: ["api"] },
    last: { command: STAY, depends_on: ["tcp"] },
  });
  await box.run(["mkfifo", "gate"]);
  await using up = box.startImp(["up"]);
  await eventually("db runs", async () => (await jobsOf(box)).db?.status === "running");
  assertEquals((await statesOf(box)).api, "stopped 0");
  await box.shell("echo go > gate");
  const { code, stdout, stderr } = await up.result();
  assertEquals(code, 0, stderr);
  const names = stdout.trim().split("\n").map((line) => line.split(" ")[0]);
  assertEquals(names, ["db", "api", "tcp", "last"]);
  assertEquals(stderr, "");
});

Deno.test("E13 a service that is not ready in its time is told, what needs it waits, and goes on when it is", async () => {
  await using box = await openProject({
    api: {
      command: `echo begun; read x < gate; echo serving; ${STAY}`,
      ready: { log: "^serving$", within: "500ms" },
    },
    web: { command: STAY, depends_on: ["api"] },
  });
  await box.run(["mkfifo", "gate"]);
  const first = await box.imp(["up"]);
  assertEquals([first.code, first.stdout], [1, ""], first.stderr);
  assertStringIncludes(first.stderr, "imp: api not ready");
  // Whatever it had said by then, whoever looks later is shown what it has said last.
  await eventually("it says so", async () => (await box.impOk(["stdout", "api"])) === "begun\n");
  const { code, stdout, stderr } = await box.imp(["up"]);
  assertEquals([code, stdout], [1, ""], stderr);
  assertStringIncludes(stderr, "imp: api not ready");
  assertStringIncludes(stderr, "  begun\n");
  assertStringIncludes(stderr, "imp: web waits for api\n");
  const { api, web } = await jobsOf(box);
  assert(api!.status === "running" && web!.waiting_for !== undefined);
  await box.shell("echo go > gate");
  await untilStates(box, { api: "running 1", web: "running 1" });
  await box.impOk(["wait", "--for", "ready", "web"]);
  assertEquals(await box.impOk(["up"]), "Up to date\n");
});

Deno.test("a service whose health is gone is told as not ready, and is ready again when it is well", async () => {
  await using box = await openProject({
    api: {
      command: `touch well; ${STAY}`,
      ready: { command: "test -f well" },
      health: { command: "test -f well", interval: "100ms", retries: 2, grace: "0s" },
    },
  });
  await box.impOk(["up"]);
  const { pid } = (await jobsOf(box)).api!;
  await box.shell("rm well");
  const unwell = async () => (await box.impJson(["list"])).jobs[0].unready_reason;
  await eventually("it is told that it is not well", async () => (await unwell()) !== null);
  assertEquals(await unwell(), "not healthy: 2 times in a row, exit code 1");
  await box.shell("touch well");
  await box.impOk(["wait", "--for", "ready", "api"]);
  assertEquals((await jobsOf(box)).api!.pid, pid);
});
