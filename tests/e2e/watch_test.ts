/** Jobs are restarted when files change, and by nothing else. */
import { assertEquals } from "@std/assert";
import type { Box } from "../support/box.ts";
import { killDaemon } from "../support/daemon_pid.ts";
import { eventually } from "../support/eventually.ts";
import { openProject } from "../support/project_box.ts";

// deno-lint-ignore no-explicit-any
async function show(box: Box, name: string): Promise<any> {
  return await box.impJson(["show", name]);
}

async function untilWatched(box: Box): Promise<void> {
  for (const name of ["api", "test"]) {
    await eventually(`files of ${name} are watched`, async () => {
      return (await show(box, name)).watch.directories !== null;
    });
  }
}

async function untilRun(box: Box, name: string, run: number): Promise<void> {
  await eventually(`run ${run} of ${name}`, async () => {
    const job = await show(box, name);
    return job.run >= run && job.status !== "starting" && job.status !== "stopping";
  });
}

Deno.test("a save restarts a job once, over the death of a daemon, and one that was stopped stays down", async () => {
  await using box = await openProject({
    api: { command: "exec sleep 1000000", watch: ["**/*.ts"] },
    test: { command: "exit 0", task: true, watch: ["src"] },
  });
  for (const file of ["src/a.ts", "dist/a.ts", "node_modules/m/a.ts"]) {
    await box.file(`project/${file}`, "");
  }
  await box.file("project/.gitignore", "dist\n");
  await box.impOk(["up"]);
  await untilWatched(box);
  assertEquals((await show(box, "api")).watch.directories, 2);
  await box.shell(
    "echo 1 > dist/a.ts; echo 1 > node_modules/m/a.ts; " +
      "echo 1 > src/a.ts~; mv src/a.ts~ src/a.ts",
  );
  await untilRun(box, "api", 2);
  await untilRun(box, "test", 2);
  const { run, watch, runs } = await show(box, "api");
  assertEquals([run, watch.changed_path, watch.changed_files], [2, "src/a.ts", 1]);
  assertEquals(runs[1].reason, "src/a.ts changed");
  await killDaemon(box);
  await untilWatched(box);
  await box.shell("echo 2 > src/a.ts");
  await untilRun(box, "api", 3);
  await untilRun(box, "test", 3);
  await box.impOk(["stop", "api"]);
  await box.shell("echo 3 > src/a.ts");
  await untilRun(box, "test", 4);
  const api = await show(box, "api");
  assertEquals([api.status, api.run, api.watch.directories], ["stopped", 3, null]);
});
