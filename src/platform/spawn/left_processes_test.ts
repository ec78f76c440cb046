import { assertEquals } from "@std/assert";
import { eventually } from "../../../tests/support/eventually.ts";
import { runScript, type SpawnedRun, TEST_STATE_DIR } from "../../../tests/support/spawned_run.ts";
import { findHolders, findLeft, hasSurelyLeftNobody, type LedRun } from "./left_processes.ts";
import { readCommandLine } from "../processes/command_line.ts";
import { readIdentity, signalProcess } from "../processes/process_identity.ts";

const QUERY = { stateDir: TEST_STATE_DIR, isOutput: () => false, live: [], suspects: [] };

/** What the run has left, as `<last word of the command> <let go>`. */
function leftOf(
  run: SpawnedRun,
  led: readonly LedRun[] = [],
  live: readonly LedRun[] = [],
  suspects: readonly LedRun[] = [],
) {
  const query = {
    ...QUERY,
    suspects,
    isOutput: (path: string) => path.startsWith(`${run.dir}/`),
    live,
    runsLedBy: (pids: readonly number[]) => led.filter(({ shim }) => pids.includes(shim!.pid)),
  };
  return findLeft(query).filter(({ runId }) => runId === run.runId)
    .map(({ entry, hasLetGo }) => `${readCommandLine(entry.pid).at(-1)} ${hasLetGo}`).sort();
}

const SCRIPT = `sleep 1001 &
  setsid sleep 1002 &
  setsid sleep 1003 </dev/null >/dev/null 2>&1 &
  env -i /bin/sleep 1004 >/dev/null 2>&1 &
  setsid sh -c 'env -i /bin/sleep 1005; :' </dev/null >/dev/null 2>&1 &
  echo READY`;

Deno.test("findLeft() finds who is in the session, carries marks or descends, and tells who has let go", async () => {
  await using run = runScript(SCRIPT);
  await run.ended();
  const led = [{ runId: run.runId, shim: run.shim }];
  const expected = ["1001 false", "1002 false", "1003 true", "1004 false", "1005 true"];
  const whole = [...expected, "env -i /bin/sleep 1005; : true"];
  await eventually("all", () => leftOf(run, led).join() === whole.sort().join(), {
    explain: () => leftOf(run, led).join(),
  });
  assertEquals(leftOf(run, led, led), [], "what goes on has left nothing");
  assertEquals(
    leftOf(run, [{ runId: run.runId, shim: { ...run.shim, bootId: "other" } }]).length,
    5,
  );
});

Deno.test("findLeft() takes a session that nothing vouches for as the run's only if it is as old", async () => {
  await using run = runScript("env -i /bin/sleep 1001 >/dev/null 2>&1 & echo READY");
  await run.ended();
  const finishedAtMs = Date.now() + 60_000;
  const known = { runId: run.runId, shim: run.shim };
  await eventually(
    "it has wiped its environment",
    () => leftOf(run, [known]).length === 0,
  );
  assertEquals(leftOf(run, [{ ...known, finishedAtMs: Date.now() - 60_000 }]), []);
  assertEquals(leftOf(run, [{ ...known, finishedAtMs }]), ["1001 false"]);
  assertEquals(leftOf(run, [], [], [{ ...known, finishedAtMs }]), ["1001 false"], "a suspect");
  const shim = { ...run.shim, startTime: String(2n ** 60n) };
  assertEquals(leftOf(run, [{ ...known, shim, finishedAtMs }]), [], "older than its leader");
  // Others test beside us, with processes of the same daemon.
  for (const left of findLeft({ ...QUERY, runsLedBy: () => [{ ...known, finishedAtMs }] })) {
    if (left.runId === run.runId) signalProcess(readIdentity(left.entry.pid)!, "KILL");
  }
});

Deno.test("findHolders() finds who has only the output", async () => {
  await using run = runScript("(setsid env -i /bin/sleep 1001 >/dev/null &); echo READY");
  await run.ended();
  const isOutput = (path: string) => path === `${run.runDir}/stderr`;
  const [holder] = await eventually("it holds", () => {
    const found = findHolders(isOutput);
    return found.length === 1 && readCommandLine(found[0]!.pid)[0] === "/bin/sleep" && found;
  });
  assertEquals(findHolders((path) => path === `${run.runDir}/stdout`), []);
  assertEquals(signalProcess(readIdentity(holder!.pid)!, "KILL"), "sent");
});

Deno.test({
  name: "hasSurelyLeftNobody() proves it while pids tell who came later, and never what is not so",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const proof = ({ runId, shim }: SpawnedRun, elapsedMs: number) =>
      hasSurelyLeftNobody({ runId, shim, stateDir: TEST_STATE_DIR }, elapsedMs);
    await using clean = runScript("sleep 0; echo READY");
    await clean.ended();
    assertEquals(proof(clean, 20), true);
    assertEquals(proof(clean, 1e9), false, "too many may have been started since");
    for (const left of ["sleep 1001 &", "setsid sleep 1001 >/dev/null 2>&1 &"]) {
      await using run = runScript(`${left} echo READY`);
      await run.ended();
      assertEquals(proof(run, 20), false, left);
    }
  },
});
