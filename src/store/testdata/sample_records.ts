import type { JobRecord, RunRecord } from "../store.ts";

const SOMEBODY = { pid: 4_000, startTime: "700", bootId: "b0" };

/** A job with something in every field, and changes to it. */
export function sampleJob(changes: Partial<JobRecord> = {}): JobRecord {
  return {
    id: "V3x",
    name: "api",
    description: 'the "api" 🐙',
    command: ["sh", "-c", "echo 'a b'; exit 3"],
    workdir: "/home/ann/shop",
    env: { PATH: "/usr/bin:/bin", EMPTY: "", ["wäird key"]: "a\nb\u0001" },
    givenEnv: { names: ["EMPTY"], files: ["/home/ann/shop/.env"] },
    umask: 0o022,
    restart: { mode: "on-failure", max: 3 },
    stopSignal: "SIGTERM",
    stopTimeoutMs: 10_000,
    stopCommand: ["docker", "compose", "stop", "db"],
    stdin: true,
    tty: true,
    terminalSize: { columns: 132, rows: 43 },
    surroundings: { nice: 5, cpus: "0-3", limits: { nofile: [1_024, null] } },
    ports: { http: "auto", pg: 5_432 },
    portNumbers: { http: { port: 20_123, movedFrom: 20_122 } },
    project: {
      source: "/home/ann/shop/imp.yaml",
      groups: ["web"],
      dependsOn: [{ job: "db", for: "ready", restart: true }],
      isTask: false,
      inputs: null,
      confirm: false,
      restartDigests: { command: "c0ffee" },
      liveDigests: { description: "f00d" },
    },
    ready: { kind: "log", regex: "listening on \\d+", within_ms: 30_000 },
    health: { kind: "http", url: "http://localhost:8080/health", retries: 2, then: "restart" },
    schedule: { cron: "0 3 * * *", timezone: "Europe/Berlin" },
    timetable: { sinceMs: 1_760_000_000_000, skipped: { dueMs: 1_760_000_000_001, why: "up" } },
    memoryLimitBytes: 536_870_912,
    logMaxBytes: 1_048_576,
    runsKept: 3,
    watch: { paths: ["src/**"], ignore: ["*.log"], do: { action: "signal", signal: "HUP" } },
    owner: { name: "claude", user: "ann", agent: "claude", session: "s-1", process: SOMEBODY },
    lease: {
      end: { atMs: 1_760_007_200_000, uptimeMs: 7_200_000, bootId: "b0" },
      process: SOMEBODY,
    },
    desired: "up",
    status: "running",
    reason: "because",
    restarts: 2,
    tally: 1,
    run: 3,
    createdAtMs: 1_760_000_000_000,
    nextStartAtMs: 1_760_000_005_000,
    awaitsChange: true,
    plan: { isDue: true, done: "[]", after: { db: 3 } },
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
    readyAtMs: 1_760_000_002_000,
    unreadyReason: "was not ready within 1s",
    facts: {
      startedAs: { parts: { command: "1a" }, env: { PATH: "2b" } },
      oomBefore: { cgroup: 1, machine: null },
      oomDuring: { cgroup: 1, machine: null },
      cause: "memory.limit",
      asked: { what: "stop", signal: "SIGTERM", by: { pid: 77, program: "bash" }, killed: true },
      gaveUpAfter: 3,
    },
    ...changes,
  };
}
