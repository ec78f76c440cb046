/** FAULTS.md: whom a pid means. Pids that are had again, that mean everybody, or that are of another boot. */
import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { type Box, openBox } from "../support/box.ts";
import { killDaemon } from "../support/daemon_pid.ts";
import { canChoosePids, PidNamespace } from "../support/pid_namespace.ts";
import { isAlive, parentOf } from "../support/process_facts.ts";

const CAN_CHOOSE = canChoosePids("F20 F60 F62 with real pids");

interface Identity {
  pid: number;
  startTime: string;
  bootId: string;
}

/** Writes into the store, behind the back of a daemon that is dead, who the shim and the command of a job's run are. */
function plant(box: Box, jobId: string, change: (was: Identity) => Identity): void {
  const [daemonId] = [...Deno.readDirSync(box.stateDir)].map(({ name }) => name);
  const database = new DatabaseSync(`${box.stateDir}/${daemonId}/state.db`);
  const row = database.prepare("SELECT shim FROM runs WHERE job_id = ?").get(jobId)!;
  const identity = JSON.stringify(change(JSON.parse(String(row.shim))));
  database.prepare("UPDATE runs SET shim = ?, process = ? WHERE job_id = ?")
    .run(identity, identity, jobId);
  database.close();
}

Deno.test("F19 what ran before the machine was restarted is lost, and nobody is signalled for it", async () => {
  await using box = await openBox();
  await using stranger = box.start(["sleep", "1000000"]);
  await box.impOk(["add", "--name", "held", "--", "sleep", "1000000"]);
  const { pid, id } = await box.impJson(["show", "held"]);
  await killDaemon(box);
  for (const each of [parentOf(pid), pid]) Deno.kill(each, "SIGKILL");
  plant(box, id, (was) => ({ ...was, pid: stranger.pid, bootId: "another-boot" }));
  const found = await box.impJson(["show", "held"]);
  assertEquals([found.status, found.exit_code], ["lost", null]);
  assert(/restarted/.test(found.reason), found.reason);
  await box.impOk(["stop", "held"]);
  assert(isAlive(stranger.pid));
});

/** In a namespace: adds jobs of these names and kills them, their shims and the daemon; the last ones' pids are kept. */
const addAndKillAll = (...names: readonly string[]) => `
  for name in ${names.join(" ")}; do
    imp add -q --name $name -- sleep 1000000
    pid=$(imp --json show $name | grep -o '"pid":[0-9]*' | head -n 1 | cut -d: -f2)
    shim=$(cut -d' ' -f4 /proc/$pid/stat)
    all="$all $shim $pid"
  done
  kill -9 $(imp --json ping | grep -o '"pid":[0-9]*' | cut -d: -f2) $all
  for each in $all; do while [ -e /proc/$each ]; do sleep 0.02; done; done`;

Deno.test({
  name:
    "F60 strangers that were given the pids of a shim and its command are neither taken for them nor signalled",
  ignore: !CAN_CHOOSE,
  async fn() {
    await using box = await openBox();
    await using there = new PidNamespace(box);
    await there.sh(addAndKillAll("victim"));
    const reused = await there.sh(`
      for wanted in $shim $pid; do
        echo $((wanted - 1)) > /proc/sys/kernel/ns_last_pid
        sleep 1000000 &
        [ $! = $wanted ] && echo again
      done`);
    assertEquals(reused, "again\nagain");
    const found = await there.impJson("show victim");
    assertEquals([found.status, found.exit_code, found.pid], ["lost", null, null]);
    await there.sh(
      "imp stop victim; imp signal KILL victim; imp restart victim; imp remove -f victim",
    );
    assertEquals(await there.sh("kill -0 $shim && kill -0 $pid && echo alive"), "alive");
    await there.sh("imp nuke");
  },
});

Deno.test({
  name:
    "F62 a record with a pid that means everybody, init or the daemon itself is never signalled",
  ignore: !CAN_CHOOSE,
  async fn() {
    await using box = await openBox();
    await using there = new PidNamespace(box);
    const pids = [0, 1, -1, 2 ** 31];
    const added = await there.sh(addAndKillAll(...pids.map((_, index) => `job${index}`)));
    const ids = added.split("\n");
    assertEquals(ids.length, pids.length);
    const startTime = await there.sh("cut -d' ' -f22 /proc/1/stat");
    pids.forEach((pid, index) => plant(box, ids[index]!, (was) => ({ ...was, pid, startTime })));
    await there.sh("sleep 1000000 & bystander=$!");
    const found = (await there.impJson("list")).jobs;
    assertEquals(found.map((job: { status: string }) => job.status), pids.map(() => "lost"));
    await there.sh(
      "imp stop --all; imp signal KILL job0 job1 job2 job3; imp start --all; imp remove -f --all",
    );
    assertEquals(await there.sh("kill -0 $bystander && echo alive"), "alive");
    await there.sh("imp nuke; kill $bystander; wait $bystander");
  },
});

Deno.test({
  name: "F20 what ran in another pid namespace is lost here, whoever has its pids",
  ignore: !CAN_CHOOSE,
  async fn() {
    await using box = await openBox();
    let id: string;
    {
      await using there = new PidNamespace(box);
      id = await there.sh("imp add -q --name held -- sleep 1000000");
      assertEquals((await there.impJson("show held")).status, "running");
    }
    await using stranger = box.start(["sleep", "1000000"]);
    plant(box, id, (was) => ({ ...was, pid: stranger.pid }));
    const found = await box.impJson(["show", "held"]);
    assertEquals([found.status, found.exit_code], ["lost", null]);
    await box.impOk(["stop", "held"]);
    assert(isAlive(stranger.pid));
  },
});
