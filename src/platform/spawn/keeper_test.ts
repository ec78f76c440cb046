import { assert, assertEquals } from "@std/assert";
import { eventually } from "../../../tests/support/eventually.ts";
import { hasTools } from "../../../tests/support/process_facts.ts";
import { runScript } from "../../../tests/support/spawned_run.ts";
import { dropsPathOf } from "../drops_path.ts";
import { KEEPER_SCRIPT, keeperMark, readKeeperMark } from "./keeper.ts";
import { isKeeper, lookAtKeptOutputs, wakeKeepers } from "./kept_output.ts";
import { listProcesses, type ProcessEntry, readProcess } from "../processes/process_table.ts";
import { bytesInPipe } from "./replace_keeper.ts";

const IS_LINUX = Deno.build.os === "linux";

const WRITTEN_BYTES = 300_000;

for (const shell of ["dash", "bash", "busybox"]) {
  Deno.test({
    name: `the keeper in ${shell} holds nobody up where there is no room, and counts to the byte`,
    ignore: !IS_LINUX || !hasTools(shell),
    async fn() {
      const dir = Deno.makeTempDirSync();
      const words = shell === "busybox" ? "busybox sh" : shell;
      const keeper = new Deno.Command("sh", {
        args: ["-c", `ulimit -f 32; exec ${words} -c "$0" imp-keeper drops >log`, KEEPER_SCRIPT],
        cwd: dir,
        stdin: "piped",
        stderr: "null",
      }).spawn();
      const writer = keeper.stdin.getWriter();
      await writer.write(new Uint8Array(WRITTEN_BYTES));
      await writer.close();
      assertEquals((await keeper.status).code, 0);
      const lines = Deno.readTextFileSync(`${dir}/drops`).trimEnd().split("\n")
        .map((line) => line.split(" "));
      const droppedBytes = lines.reduce((sum, [, bytes]) => sum + Number(bytes), 0);
      assertEquals(Deno.statSync(`${dir}/log`).size + droppedBytes, WRITTEN_BYTES);
      assert(lines.every(([seconds, , reason]) => Number(seconds) > 0 && reason === "full"));
      Deno.removeSync(dir, { recursive: true });
    },
  });
}

Deno.test({
  name: "the keeper comes to its end where nothing can be written at all",
  ignore: !IS_LINUX,
  async fn() {
    const { code } = await new Deno.Command("sh", {
      args: ["-c", 'echo a | sh -c "$0" imp-keeper /nowhere/drops > /dev/full', KEEPER_SCRIPT],
      stderr: "null",
    }).output();
    assertEquals(code, 0);
  },
});

Deno.test({
  name:
    "lookAtKeptOutputs() tells who can still write, what is on its way, and wakes who was stopped",
  ignore: !IS_LINUX,
  async fn() {
    await using run = runScript("echo READY; sleep 1000 & exec >&-; read line; echo more >&2", {
      stdinPath: `${Deno.makeTempDirSync()}/stdin`,
    });
    await run.announced();
    await eventually("all is kept", () => run.outputStates().every((state) => state === "open"));
    const { stateDir } = { stateDir: "/nowhere/spawned-run-test" };
    const mark = keeperMark({ stateDir, runId: run.runId, stream: "stderr" });
    const keepers = listProcesses().filter(({ pid }) => readKeeperMark(pid) === mark);
    assert(keepers.length === 2 && keepers.every(isKeeper));
    const output = { stream: "stderr", mark, logPath: run.stderrPath } as const;
    const stop = async () => {
      for (const { pid } of keepers) Deno.kill(pid, "SIGSTOP");
      const isStopped = ({ pid }: ProcessEntry) => readProcess(pid)?.state === "T";
      await eventually("they stand still", () => keepers.every(isStopped));
    };
    await stop();
    assertEquals(bytesInPipe(run.shimPid, "stderr"), 0);
    assertEquals(lookAtKeptOutputs([output]), ["busy"]);
    await eventually("they go on", () => lookAtKeptOutputs([output])[0] === "open");
    await stop();
    assertEquals(wakeKeepers([mark]), [mark]);
    await eventually("they go on", () => lookAtKeptOutputs([output])[0] === "open");
    assertEquals(wakeKeepers([mark]), []);
    // A log that was removed under its keeper is no sign that nobody writes any more.
    const gone = { ...output, logPath: "/nowhere" };
    assertEquals(lookAtKeptOutputs([gone, { ...gone, mark: "nobody" }]), ["open", "closed"]);
  },
});

Deno.test("dropsPathOf() is beside the file", () => {
  assertEquals(dropsPathOf("/logs/V3x/1.stdout.log"), "/logs/V3x/1.stdout.drops");
});
