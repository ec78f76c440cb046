import { assert, assertEquals } from "@std/assert";
import { openBox } from "../support/box.ts";
import { eventually } from "../support/eventually.ts";
import { processesWithEnv } from "../support/process_facts.ts";

/** Scripts that are hard to end, and what they are. */
const STUBBORN: Record<string, string> = {
  "a job that ignores TERM": 'trap "" TERM; echo READY; while :; do sleep 1000000; done',
  "a grandchild in a session of its own":
    'setsid sh -c "trap \\"\\" TERM; sleep 1000000; sleep 1000000" & echo READY; wait',
  "a double fork that outlives its parents":
    '(setsid sh -c "sleep 1000000 & sleep 1000000" &) ; echo READY; exec sleep 1000000',
  "a job that was stopped by a signal": "echo READY; kill -STOP $$; sleep 1000000",
  "forty processes that fork without end":
    'trap "" TERM; n=0; while [ $n -lt 40 ]; do n=$((n+1)); (while :; do sleep 0.01 & wait; done) & done; echo READY; wait',
};

for (const [what, script] of Object.entries(STUBBORN)) {
  Deno.test(`F65 F66 F67 stop leaves nothing of ${what}`, async () => {
    await using box = await openBox();
    await box.impOk(["add", "--stop-timeout", "300ms", "--name", "hard", "--", "sh", "-c", script]);
    const { run, id } = await box.impJson(["show", "hard"]);
    await eventually(
      "it is ready",
      async () => (await box.impOk(["stdout", "hard"])).includes("READY"),
    );
    assert((await processesWithEnv("IMP_RUN_ID", `${id}-${run}`)).length > 0);
    const stopped = await box.imp(["stop", "hard"]);
    assertEquals(stopped.code, 0, stopped.stderr);
    assertEquals(await processesWithEnv("IMP_RUN_ID", `${id}-${run}`), []);
    assertEquals((await box.impJson(["show", "hard"])).status, "stopped");
  });
}
