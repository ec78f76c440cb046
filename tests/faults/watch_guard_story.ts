/** What leads a daemon through the entries of the files that it watches. */
import { eventually } from "../support/eventually.ts";
import type { GuardStory } from "./guard_world.ts";

const ENTRIES = ["event", "pump", "again", "change", "look", "look_again", "visit", "quiet"]
  .map((name) => `watching.${name}`);

export const WATCH_GUARD_STORY: GuardStory = {
  entries: ENTRIES,
  drive: async ({ box, insist, isTold }) => {
    await box.file("project/src/a.ts", "");
    await insist(["add", "--name", "api", "--watch", "src/**", "--", "sleep", "1000000"]);
    let changes = 0;
    await eventually("all of it fails", async () => {
      await box.file(`project/src/${changes++}/a.ts`, "");
      return ENTRIES.every(isTold);
    });
    const { run } = await box.impJson(["show", "api"]);
    await box.file("project/src/a.ts", "changed");
    await eventually("it is restarted all the same", async () => {
      const job = await box.impJson(["show", "api"]);
      return job.status === "running" && job.run > run;
    });
    await box.impOk(["rm", "-f", "api"]);
  },
};
