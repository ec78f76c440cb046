import { assertEquals } from "@std/assert";
import { isDaemonIdMark, withoutMarks } from "./job_marks.ts";
import { deriveDaemonId, resolveDaemonId } from "./daemon_id.ts";

/** What a job of imp 0.1 found in its environment. */
const OLD_JOB = {
  IMP_DAEMON_ID: "shop-1a2b3c4d",
  IMP_JOB_ID: "V3x",
  IMP_RUN_ID: "V3x-1",
  IMP_STATE_DIR: "/home/u/.local/state/imp/shop-1a2b3c4d",
};
const { IMP_DAEMON_ID, ...REST } = OLD_JOB;
const NEW_JOB = { IMP_JOB_DAEMON_ID: IMP_DAEMON_ID, ...REST };

function chosenIn(env: Record<string, string>): string {
  return resolveDaemonId({ env: (name) => env[name], cwd: "/" }).id;
}

Deno.test("E1 the marks of a job never choose a daemon, what the user set does", () => {
  const byDirectory = deriveDaemonId("/");
  assertEquals(chosenIn(NEW_JOB), byDirectory);
  assertEquals(chosenIn(OLD_JOB), byDirectory);
  assertEquals(chosenIn({ ...NEW_JOB, IMP_DAEMON_ID: "mine" }), "mine");
  assertEquals(chosenIn({ ...NEW_JOB, IMP_DAEMON_ID }), IMP_DAEMON_ID);
  assertEquals(chosenIn({ ...OLD_JOB, IMP_DAEMON_ID: "mine" }), "mine");
  assertEquals(chosenIn({ IMP_DAEMON_ID }), IMP_DAEMON_ID);
});

Deno.test("E1 isDaemonIdMark() takes an id for a mark only with the marks of a job of that daemon", () => {
  const isMark = (env: Record<string, string>) => isDaemonIdMark((name) => env[name]);
  assertEquals(isMark(OLD_JOB), true);
  assertEquals(isMark(NEW_JOB), false);
  assertEquals(isMark({ ...OLD_JOB, IMP_STATE_DIR: "/state/my-shop-1a2b3c4d" }), false);
  assertEquals(isMark({}), false);
});

Deno.test("E1 withoutMarks() leaves what the user set, and of the marks nothing", () => {
  assertEquals(withoutMarks({ ...OLD_JOB, A: "b", IMP_IS_DAEMON: "1" }), { A: "b" });
  assertEquals(withoutMarks({ ...NEW_JOB, A: "b" }), { A: "b" });
  assertEquals(withoutMarks({ ...NEW_JOB, IMP_DAEMON_ID: "mine" }), { IMP_DAEMON_ID: "mine" });
});
