import { eventually } from "../support/eventually.ts";
import { applyIn, toScript } from "../support/project.ts";
import type { GuardStory } from "./guard_world.ts";

/** What leads a daemon through the entries by which it carries out the plan of a project, up and down. */
export const PLAN_GUARD_STORY: GuardStory = {
  entries: ["projects.event", "projects.look", "projects.leave"],
  points: ["plan.before_start:error(ENOSPC)"],
  // It leaves a stop half done.
  before: async (box) => {
    const slow = "trap 'until [ -e go ]; do sleep 0.05; done; exit' TERM; echo listening; " +
      "while :; do sleep 0.1; done";
    await applyIn(box, [
      toScript(box, "db", "exec sleep 1000000"),
      toScript(box, "web", slow, {
        depends_on: [{ job: "db", for: "started" }],
        stop_timeout_ms: 3_600_000,
      }),
    ]);
    const isIn = (status: string) => async () =>
      (await box.impJson(["show", "web"])).status === status;
    await eventually("web is up", isIn("running"));
    await eventually(
      "web will hear TERM",
      async () => (await box.impOk(["stdout", "web"])) === "listening\n",
    );
    await using down = box.startImp(["down"]);
    await eventually("web is on its way down", isIn("stopping"));
    down.kill("SIGKILL");
  },
  drive: async ({ box, isTold }) => {
    await box.file("project/go", "");
    const isDown = async () => (await box.impJson(["show", "db"])).status === "stopped";
    await eventually("what was to be stopped is down", isDown);
    const waits = { depends_on: [{ job: "prepare", for: "completed" as const }] };
    await applyIn(box, [
      toScript(box, "prepare", "exit 0", { task: true }),
      toScript(box, "api", "sleep 1000000", waits),
    ]);
    await eventually("projects.event fails", () => isTold("projects.event"));
    const status = async () => (await box.impJson(["show", "api"])).status;
    await eventually("it comes up all the same", async () => await status() === "running");
    await box.impOk(["rm", "-f", "api", "prepare"]);
  },
};
