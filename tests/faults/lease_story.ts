import { eventually } from "../support/eventually.ts";
import { HOLD, job, type Story } from "./failpoint_story.ts";

/** What leads a daemon through the end of a job whose lease is over. */
export const LEASE_STORY: Story = {
  points: ["lease.before_end", "lease.after_end"],
  errors: ["lease.before_end"],
  before: async (box) => {
    await box.shell("sleep 1000000 > /dev/null 2>&1 & echo $! > owner");
    const owner = (await Deno.readTextFile(`${box.project}/owner`)).trim();
    await box.impOk(job("held", HOLD, "--with-pid", owner, "--restart", "always"));
  },
  prepare: async (box) => {
    Deno.kill(Number(await Deno.readTextFile(`${box.project}/owner`)), "SIGKILL");
  },
  drive: () => Promise.resolve(),
  after: (_jobs, box) =>
    eventually("it is ended, and stays so", async () => {
      const { status, desired, reason, run } = await box.impJson(["show", "held"]);
      return status === "stopped" && desired === "down" && run === 1 && /has gone/.test(reason);
    }).then(() => {}),
};
