import { assertEquals } from "@std/assert";
import { sampleJob, sampleRun } from "../../store/testdata/sample_records.ts";
import type { JobRecord, RunRecord } from "../../store/store.ts";
import { findChanges } from "./run_changes.ts";
import { startedAs } from "./started_as.ts";

function run(number: number, outcome: RunRecord["outcome"], job?: JobRecord): RunRecord {
  const facts = job === undefined ? {} : { startedAs: startedAs(job) };
  return sampleRun({ run: number, outcome, unreadyReason: null, facts });
}

Deno.test("findChanges() names what is different since the last run that went well", () => {
  const before = sampleJob({ env: { PATH: "/bin", OLD: "1", KEY: "hunter2", SHLVL: "1" } });
  const now = sampleJob({
    command: ["deno", "task", "api"],
    env: { PATH: "/bin", NEW: "1", KEY: "hunter3", SHLVL: "2", WINDOWID: "9" },
    umask: 0o077,
    // Nothing that a command can notice.
    description: "another",
    stopTimeoutMs: 1,
  });
  const runs = [run(4, "failed", now), run(3, "failed", now), run(2, "exited", before)];
  assertEquals(findChanges([...runs, run(1, "exited", now)]), {
    since_run: 2,
    definition: ["command", "umask"],
    env_added: ["NEW"],
    env_removed: ["OLD"],
    env_changed: ["KEY"],
  });
});

Deno.test("findChanges() says that nothing is different, or nothing at all", () => {
  const job = sampleJob();
  assertEquals(findChanges([run(2, "failed", job), run(1, "stopped", job)]), {
    since_run: 1,
    definition: [],
    env_added: [],
    env_removed: [],
    env_changed: [],
  });
  assertEquals(findChanges([run(2, "failed", job), run(1, "failed", job)]), undefined);
  assertEquals(findChanges([run(2, "failed", job), run(1, "exited")]), undefined);
  assertEquals(findChanges([run(2, "failed"), run(1, "exited", job)]), undefined);
  assertEquals(findChanges([]), undefined);
});

Deno.test("startedAs() notices each part, and keeps no value", () => {
  const job = sampleJob({ env: { KEY: "hunter2" } });
  const base = startedAs(job).parts;
  const changes: Record<string, Partial<JobRecord>> = {
    command: { command: ["x"] },
    cwd: { workdir: "/x" },
    limits: { surroundings: null },
    stdin: { stdin: false },
    tty: { tty: false },
    ports: { portNumbers: { http: { port: 20_124 } } },
    memory_limit: { memoryLimitBytes: 1 },
    ready: { ready: null },
    inputs: { project: { ...job.project!, inputs: "digest" } },
  };
  for (const [name, change] of Object.entries(changes)) {
    const { parts } = startedAs({ ...job, ...change });
    const different = Object.keys(base).filter((part) => base[part] !== parts[part]);
    assertEquals(different, [name]);
  }
  assertEquals(JSON.stringify(startedAs(job)).includes("hunter2"), false);
});
