import type { JobRecord, RunRecord } from "../store.ts";

/** A job with something in every field, and changes to it. */
export function sampleJob(changes: Partial<JobRecord> = {}): JobRecord {
  return {
    id: "V3x",
    name: "api",
    description: 'the "api" 🐙',
    command: ["sh", "-c", "echo 'a b'; exit 3"],
    workdir: "/home/ann/shop",
    env: { PATH: "/usr/bin:/bin", EMPTY: "", ["wäird key"]: "a\nb\u0001" },
    umask: 0o022,
    restart: { mode: "on-failure", max: 3 },
    stopSignal: "SIGTERM",
    stopTimeoutMs: 10_000,
    stdin: true,
    surroundings: { nice: 5, cpus: "0-3", limits: { nofile: [1_024, null] } },
    desired: "up",
    status: "running",
    reason: "because",
    restarts: 2,
    tally: 1,
    run: 3,
    createdAtMs: 1_760_000_000_000,
    nextStartAtMs: 1_760_000_005_000,
    ...changes,
  };
}

/** A run with something in every field, and changes to it. */
export function sampleRun(changes: Partial<RunRecord> = {}): RunRecord {
  const run = changes.run ?? 1;
  const jobId = changes.jobId ?? "V3x";
  return {
    runId: `${jobId}-${run}`,
    jobId,
    run,
    shim: { pid: 4100, startTime: "811", bootId: "b0" },
    process: { pid: 4101, startTime: "812", bootId: "b0" },
    startedAtMs: 1_760_000_000_000 + run,
    finishedAtMs: 1_760_000_060_000 + run,
    outcome: "failed",
    exitCode: 3,
    signal: "SIGTERM",
    reason: "because",
    ...changes,
  };
}
