import type { JobView, RunView } from "../../../protocol/job_view.ts";
import type { ToldRun, WhyFacts } from "../why_facts.ts";

/** The time at which all of them are asked about. */
export const NOW = Date.parse("2026-11-21T02:35:00.000Z");
/** When it began. */
export const STARTED = "2026-11-21T02:30:00.000Z";
/** When the sample run ended. */
export const ENDED = "2026-11-21T02:34:00.000Z";

/** A job that has failed, and changes to it. */
export function jobOf(change: Partial<JobView> = {}): JobView {
  return {
    id: "V3x",
    name: "api",
    description: null,
    command: ["deno", "task", "api"],
    workdir: "/srv",
    status: "failed",
    desired: "down",
    ready: false,
    pid: null,
    exit_code: 1,
    signal: null,
    reason: null,
    run: 7,
    restarts: 0,
    restart_policy: "no",
    stop_signal: "SIGTERM",
    stop_timeout_ms: 10_000,
    created_at: STARTED,
    started_at: STARTED,
    finished_at: ENDED,
    next_start_at: null,
    stdout_path: null,
    stderr_path: null,
    ports: [],
    cpu_percent: null,
    memory_bytes: null,
    ...change,
  };
}

function runOf(change: Partial<RunView> = {}): RunView {
  return {
    run_id: "V3x-7",
    run: 7,
    pid: 77,
    outcome: "failed",
    exit_code: 1,
    signal: null,
    reason: null,
    started_at: STARTED,
    finished_at: ENDED,
    duration_ms: 240_000,
    stdout_path: "/o",
    stderr_path: "/e",
    is_good: false,
    ready_at: null,
    unready_reason: null,
    ...change,
  };
}

/** A run that has failed, with what it said. */
export function toldRun(run: Partial<RunView> = {}, told: Partial<ToldRun> = {}): ToldRun {
  return { run: runOf(run), stderr: [], stdout: [], drops: [], ...told };
}

/** What is known of that job. */
export function factsOf(change: Partial<WhyFacts> = {}): WhyFacts {
  return {
    nowMs: NOW,
    daemonId: "shop-1a2b3c4d",
    job: jobOf(),
    current: undefined,
    last: toldRun(),
    left: [],
    changes: undefined,
    isDaemonThere: true,
    workdir: "there",
    executable: "there",
    holders: [],
    jobs: [],
    needed: new Map(),
    ...change,
  };
}
