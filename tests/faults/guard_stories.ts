/** What leads a daemon through each of its guarded entries, for guards_test.ts. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { Peer } from "../support/fake_peer.ts";
import { isAlive } from "../support/process_facts.ts";
import { addressOf, type GuardStory, told } from "./guard_world.ts";
import { KEEPER_STORIES } from "./keeper_stories.ts";
import { PLAN_GUARD_STORY } from "./plan_guard_story.ts";
import { WATCH_GUARD_STORY } from "./watch_guard_story.ts";

const STUBBORN = ["sh", "-c", "trap '' TERM HUP; echo ready; while :; do sleep 1000000; done"];

/** Every story, by what the daemon is at. */
export const GUARD_STORIES: Readonly<Record<string, GuardStory>> = {
  ...KEEPER_STORIES,
  "its start, its looks and its first clients": {
    entries: [
      ...["server.accept", "status.accept", "connection.serve", "connection.work", "outbox.pump"],
      ...["start_watch.look", "wait.event", "jobs.event", "jobs.child", "jobs.sweep"],
      ...[
        "output.event",
        "output.look",
        "keepers.look",
        "status_file.event",
        "status_file.look",
      ],
      ...["idle_exit.event", "ground.look", "self_watch.look", "rounds.look", "signal"],
      ...["service.phase", "service.watchdog", "service_status.event", "service_status.tell"],
    ],
    env: (box) => ({ NOTIFY_SOCKET: `${box.root}/nobody`, WATCHDOG_USEC: "200000" }),
    drive: async (world) => {
      world.daemon.kill("SIGUSR2");
      await world.insist(["add", "--name", "short", "--", "sh", "-c", "echo one"]);
      await world.insist(["wait", "short"]);
      await told(world, ...GUARD_STORIES["its start, its looks and its first clients"]!.entries);
    },
  },
  "clients that follow events and output": {
    entries: [
      ...["subscribe.event", "subscribe.drained", "subscribe.end"],
      ...["hold.release", "connection.heartbeat"],
      ...["status.event", "status.first_line", "status.lines", "status.tick"],
    ],
    settings: { heartbeat_interval: "500ms" },
    drive: async (world) => {
      await using events = world.box.startImp(["events", "--json"]);
      await using run = world.box.startImp(["run", "--", "sh", "-c", "echo begun; sleep 1000000"]);
      await run.waitForStdout("begun");
      await using reader = world.box.startImp(["status", "stream"]);
      await using another = world.box.startImp(["status", "stream"]);
      for (const entry of ["status.first_line", "status.lines", "status.tick", "status.event"]) {
        await eventually(`${entry} fails`, async () => {
          await world.insist(["add", "--", "true"]);
          return world.isTold(entry);
        });
      }
      await told(world, "subscribe.event", "subscribe.drained");
      await told(world, "connection.heartbeat");
      await events.waitForStdout("job_stopped");
      for (const client of [reader, another, events, run]) {
        client.kill("SIGKILL");
        await client.result();
      }
      await told(world, "subscribe.end", "hold.release");
    },
  },
  "a client that asks for earlier events": {
    entries: ["subscribe.deliver"],
    drive: async (world) => {
      const { code, stderr } = await world.box.imp(["events", "--since", "0"]);
      assertEquals(code, 70);
      assertStringIncludes(stderr, "failpoint guard.subscribe.deliver");
    },
  },
  "clients that are silent or half gone": {
    entries: ["connection.deadline", "connection.probe", "status.reader", "status.probe"],
    settings: { handshake_timeout: "2s" },
    drive: async (world) => {
      const silent = new Peer(await Deno.connect(addressOf(world.box)));
      await silent.gone();
      silent.close();
      const half = await world.connect();
      await half.send({ id: 1, type: "wait", payload: { jobs: ["steady"], for: "exited" } });
      await half.closeWrite();
      await told(world, "connection.deadline", "connection.probe");
      half.close();
      await eventually("readers of the status come and go", async () => {
        const reader = new Peer(await Deno.connect(addressOf(world.box, "status.sock")));
        await reader.closeWrite();
        reader.close();
        return world.isTold("status.reader") && world.isTold("status.probe");
      });
    },
  },
  "clients that are too many, or ask for too much": {
    entries: ["connection.let_go", "connection.greedy"],
    settings: { max_connections: 16, max_open_requests: 256 },
    drive: async (world) => {
      const greedy = await world.connect();
      const wait = { type: "wait", payload: { jobs: ["steady"], for: "exited" } };
      await greedy.send(...Array.from({ length: 256 }, (_, id) => ({ ...wait, id })));
      const crowd: Peer[] = [];
      await eventually("one is too many", async () => {
        const peer = await world.connect();
        crowd.push(peer);
        await peer.send({ id: 1, type: "ping", payload: {} });
        return world.isTold("connection.let_go") && world.isTold("connection.greedy");
      });
      for (const peer of [greedy, ...crowd]) peer.close();
    },
  },
  "stops and restarts": {
    entries: [
      ...["stop.begin", "stop.look", "stop.look_now", "stop.escalate"],
      ...["job.stopped", "restart_timer.ring", "job.look_again"],
    ],
    points: [1, 2, 3, 4].map((n) => `job.ended_ok.before_store:error(ENOSPC):${n}`),
    settings: { backoff_initial: "20ms", backoff_max: "200ms" },
    drive: async (world) => {
      await world.insist(["add", "--name", "good", "--", "sleep", "0.3"]);
      await world.insist(["wait", "good"]);
      const again = ["--restart", "on-failure:3", "--", "sh", "-c", "exit 5"];
      await world.insist(["add", "--name", "again", ...again]);
      await eventually("it was tried again to the last", async () => {
        const { run, status } = await world.box.impJson(["show", "again"]);
        return run === 4 && status === "failed";
      });
      const stubborn = ["--stop-timeout", "300ms", "--", ...STUBBORN];
      await world.insist(["add", "--name", "stubborn", ...stubborn]);
      await eventually(
        "it is ready",
        async () => /ready/.test(await world.box.impOk(["stdout", "stubborn"])),
      );
      await using patient = world.box.startImp(["stop", "--timeout", "1h", "stubborn"]);
      await eventually(
        "it is stopping",
        async () => (await world.box.impJson(["show", "stubborn"])).status === "stopping",
      );
      await world.insist(["stop", "--signal", "HUP", "--timeout", "300ms", "stubborn"]);
      await patient.result();
      await eventually(
        "it is down",
        async () => (await world.box.impJson(["show", "stubborn"])).pid === null,
      );
    },
  },
  "what a run has left": {
    entries: ["left.probe", "left.tell", "left.ended", "job.cleared", "run.settle"],
    drive: async (world) => {
      const leaving = ["--", "sh", "-c", "sleep 1000000 & echo $! >> left; exit 0"];
      await world.insist(["add", "--name", "leaving", ...leaving]);
      await told(world, "left.probe");
      // Whoever else looks at the run just then may find it settled before its own look is due.
      await eventually("run.settle fails", async () => {
        if (!world.isTold("run.settle")) await world.box.imp(["restart", "leaving"]);
        return world.isTold("run.settle");
      });
      await eventually("it is told", async () => {
        await world.box.imp(["show", "leaving"]);
        return world.isTold("left.tell");
      });
      await world.box.imp(["start", "leaving"]);
      await told(world, "left.ended", "job.cleared");
      await world.insist(["start", "leaving"]);
      await world.insist(["rm", "-f", "leaving"]);
      const left = Deno.readTextFileSync(`${world.box.project}/left`).trim().split("\n");
      for (const pid of left) await eventually(`${pid} is gone`, () => !isAlive(Number(pid)));
    },
  },
  "commands that run for a client": {
    entries: ["exec.cancel", "exec.done", "exec.look", "exec.stdin"],
    settings: { exec_kill_grace: "200ms" },
    drive: async (world) => {
      await world.insist(["exec", "--", "sh", "-c", "sleep 0.5 & echo done"]);
      await world.insist(["exec", "--stdin", "--", "cat"]);
      await using exec = world.box.startImp(["exec", "--", "sh", "-c", "echo $$; sleep 1000000"]);
      const pid = Number(await exec.waitForStdout(/\d+\n/));
      exec.kill("SIGKILL");
      await exec.result();
      await eventually("its command is gone", () => !isAlive(pid));
    },
  },
  "the plan of a project": PLAN_GUARD_STORY,
  "the files that it watches": WATCH_GUARD_STORY,
  "jobs of the last daemon": {
    entries: ["adopted.event", "runs.change"],
    before: async (box) => {
      await box.run(["mkfifo", "gate"]);
      await box.impOk(["add", "--name", "gated", "--", "sh", "-c", "read x < gate; exit 3"]);
    },
    drive: async (world) => {
      await world.box.shell("echo go > gate");
      await eventually(
        "its end is known",
        async () => (await world.box.impJson(["show", "gated"])).exit_code === 3,
      );
    },
  },
  "jobs of the last daemon, without notifications": {
    entries: ["runs.watch"],
    drive: (world) => told(world, "runs.watch"),
  },
  "commands of the last daemon": {
    entries: ["orphaned_execs.kill"],
    // The daemon that is killed must not have ended it by then.
    settings: { exec_kill_grace: "10m" },
    before: async (box) => {
      const exec = box.startImp([
        "exec",
        "--",
        "sh",
        "-c",
        `trap '' TERM; echo $$ > pid; sleep 1000000`,
      ]);
      await eventually("it runs", () => Deno.readTextFileSync(`${box.project}/pid`).endsWith("\n"));
      exec.kill("SIGKILL");
      await exec[Symbol.asyncDispose]();
      await box.file("config/imp/config.json", JSON.stringify({ exec_kill_grace: "100ms" }));
    },
    drive: async (world) => {
      const pid = Number(Deno.readTextFileSync(`${world.box.project}/pid`));
      await eventually("it is gone", () => !isAlive(pid));
    },
  },
  "idleness": {
    entries: ["idle_exit.due"],
    settings: { idle_exit: "4s" },
    ends: true,
    drive: async (world) => {
      await world.insist(["rm", "-f", "steady"]);
      await world.daemon.result();
    },
  },
  "the quiet in which it waits to be told of its ground": {
    entries: ["ground.watch"],
    ends: true,
    drive: async ({ box, daemon, insist, isTold }) => {
      await insist(["rm", "-f", "steady"]);
      const stateDir = (await box.impJson(["status"])).daemon.state_dir;
      await eventually("ground.watch fails", () => {
        Deno.writeTextFileSync(`${stateDir}/daemon.json.note`, "");
        return isTold("ground.watch");
      });
      assertEquals((await box.impJson(["ping"])).pid, daemon.pid);
      daemon.kill("SIGTERM");
      assertEquals((await daemon.result()).code, 0);
    },
  },
  "its end by force": {
    entries: ["shutdown.force", "shutdown.grace", "jobs.force", "job.kill"],
    settings: { shutdown_timeout: "300ms" },
    ends: true,
    drive: async (world) => {
      await world.insist(["add", "--name", "stubborn", "--stop-timeout", "1h", "--", ...STUBBORN]);
      await eventually(
        "it is ready",
        async () => /ready/.test(await world.box.impOk(["stdout", "stubborn"])),
      );
      const { pid } = await world.box.impJson(["show", "stubborn"]);
      world.daemon.kill("SIGTERM");
      await world.daemon.result();
      await eventually("the job is gone", () => !isAlive(pid));
    },
  },
  "its end in the middle of a command": {
    entries: ["exec.cut_off"],
    settings: { exec_kill_grace: "200ms" },
    ends: true,
    drive: async (world) => {
      await using exec = world.box.startImp(["exec", "--", "sh", "-c", "echo $$; sleep 1000000"]);
      const pid = Number(await exec.waitForStdout(/\d+\n/));
      world.daemon.kill("SIGTERM");
      await world.daemon.result();
      await exec.result();
      await eventually("its command is gone", () => !isAlive(pid));
    },
  },
};
