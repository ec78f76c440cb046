/** Stories of {@linkcode GUARD_STORIES} about what a daemon does for jobs that are up because they ask for it. */
import { eventually } from "../support/eventually.ts";
import { type GuardStory, told } from "./guard_world.ts";

/** Every story, by what the daemon is at. */
export const KEEPER_STORIES: Readonly<Record<string, GuardStory>> = {
  "jobs that the last daemon was to start by a schedule": {
    entries: ["schedules.event", "schedules.look", "schedules.load", "schedules.load_again"],
    before: (box) =>
      box.impOk(["add", "--name", "tick", "--schedule", "* * * * * *", "--", "true"]),
    drive: async (world) => {
      await told(world, "schedules.event", "schedules.load", "schedules.load_again");
      const { run } = await world.box.impJson(["show", "tick"]);
      await told(world, "schedules.look");
      await eventually(
        "it is started again and again all the same",
        async () => (await world.box.impJson(["show", "tick"])).run > run + 1,
      );
      await world.insist(["rm", "-f", "tick"]);
    },
  },
  "jobs that end by themselves": {
    entries: ["leases.event", "leases.plan", "leases.look", "leases.end", "process_watch.wait"],
    drive: async (world) => {
      await using process = world.box.start(["sleep", "1000000"]);
      const withProcess = ["--with-pid", String(process.pid), "--", "sleep", "1000001"];
      await world.insist(["add", "--name", "bound", ...withProcess]);
      await told(world, "leases.event", "leases.plan", "process_watch.wait");
      await world.insist(["add", "--name", "leased", "--lease", "1ms", "--", "sleep", "1000000"]);
      await told(world, "leases.look", "leases.end");
      process.kill("SIGKILL");
      for (const name of ["leased", "bound"]) {
        await eventually(
          `${name} is ended all the same`,
          async () => (await world.box.impJson(["show", name])).status === "stopped",
        );
      }
    },
  },
  "jobs that are ready, or not, or use too much": {
    entries: [
      ...["readiness.event", "readiness.try", "readiness.last_look", "tcp.late"],
      ...["memory.event", "memory.look", "stop.ask"],
    ],
    drive: async (world) => {
      await world.insist([
        ...["add", "--name", "asked", "--stop-command", "exit 1", "--memory-limit", "9GiB"],
        ...["--", "sleep", "1000000"],
      ]);
      const up = ["--ready", "log:up", "--", "sh", "-c", "echo up; sleep 1000000"];
      await world.insist(["add", "--name", "up", ...up]);
      await world.insist(["wait", "--for", "ready", "up"]);
      await world.insist(["add", "--ready", "tcp:1", "--", "sleep", "1000000"]);
      await world.insist(["add", "--ready", "log:never", "--", "echo", "over"]);
      await told(world, "readiness.event", "readiness.try", "readiness.last_look", "tcp.late");
      await told(world, "memory.event", "memory.look");
      await world.insist(["stop", "asked"]);
      await told(world, "stop.ask");
    },
  },
};
