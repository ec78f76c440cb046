import { assertEquals } from "@std/assert";
import { eventually } from "../../../tests/support/eventually.ts";
import { openLibc } from "../libc.ts";
import { readRunTraces } from "./run_traces.ts";
import { signalProcess } from "./process_identity.ts";
import { spawnRun } from "../spawn/spawn_run.ts";

// Opened once and kept.
openLibc();

Deno.test("D4 readRunTraces() tells how a living run was started: command, directory, umask and environment", async () => {
  const root = Deno.realPathSync(Deno.makeTempDirSync({ dir: "/tmp", prefix: "imp-tr-" }));
  const runDir = `${root}/V3x-1`;
  Deno.mkdirSync(runDir);
  Deno.writeTextFileSync(`${runDir}/queued`, "");
  const marks = { IMP_JOB_DAEMON_ID: "d", IMP_STATE_DIR: root, IMP_JOB_ID: "V3x" };
  const env = { PATH: "/usr/bin:/bin", IMP_MINE: "kept", EMPTY: "", "a b": "x=y" };
  const shim = spawnRun(
    {
      runDir,
      stateDir: root,
      runId: "V3x-1",
      command: ["/bin/sleep", "1000"],
      cwd: root,
      env: { ...env, ...marks, IMP_RUN_ID: "V3x-1" },
      umask: 0o027,
      stdoutPath: `${root}/out`,
      stderrPath: `${root}/err`,
      surroundings: null,
    } as Parameters<typeof spawnRun>[0],
  ).shim!;
  try {
    const traces = await eventually(
      "it can be seen",
      () => readRunTraces({ stateDir: root, runId: "V3x-1" }),
    );
    assertEquals(traces, {
      env: { ...env, PWD: root },
      command: ["/bin/sleep", "1000"],
      workdir: root,
      umask: 0o027,
    });
    assertEquals(readRunTraces({ stateDir: root, runId: "V3x-2" }), undefined);
  } finally {
    const { listProcesses } = await import("./process_tree.ts");
    for (const entry of listProcesses().filter(({ session }) => session === shim.pid)) {
      signalProcess({ ...shim, pid: entry.pid, startTime: entry.startTime }, "SIGKILL");
    }
    await eventually("its shim is gone", () => {
      return !listProcesses().some(({ session, state }) => session === shim.pid && state !== "Z");
    });
    Deno.removeSync(root, { recursive: true });
  }
});
