import { parseRunId } from "../base/ids.ts";
import type { Logger } from "../base/logger.ts";
import { failpoint } from "../platform/failpoint.ts";
import { isUp } from "../protocol/job_status.ts";
import type { JobRecord, RunRecord, Store } from "../store/store.ts";
import type { RunHost } from "./run_host.ts";
import type { Supervisor } from "./supervisor.ts";

/** What adoption looks at. */
export interface AdoptionContext {
  readonly store: Store;
  readonly host: RunHost;
  readonly logger: Logger;
  /** The run directories that are there, with what their spec says; a spec that cannot be read is undefined. */
  readonly runDirectories: () => { runId: string; spec: RunSpec | undefined }[];
  /** The environment of a job, read from its living process; for a job whose record was lost. */
  readonly readEnvironment: (runId: string) => Record<string, string> | undefined;
}

/** What a run's directory keeps of its job. */
export interface RunSpec {
  readonly job: Omit<JobRecord, "env">;
  readonly run: Pick<RunRecord, "runId" | "run" | "startedAtMs">;
}

/** What adoption found; for the log and `daemon_ready`. */
export interface AdoptionResult {
  adopted: number;
  ended: number;
  recovered: number;
}

/**
 * Takes up every job of the last daemon: runs that ended meanwhile get their code and time, those that go on are
 * watched on, those that never began are begun, once. Then what the user desires applies.
 */
export function adoptJobs(supervisor: Supervisor, context: AdoptionContext): AdoptionResult {
  const result: AdoptionResult = { adopted: 0, ended: 0, recovered: 0 };
  const { store, logger } = context;
  result.recovered = recoverJobs(context);
  for (const record of store.jobs.all()) {
    supervisor.restore(record, store.runs.latest(record.id));
  }
  for (const job of supervisor.jobs) {
    failpoint("adopt.before_job");
    if (job.isLive) {
      job.adopt();
      if (job.isLive) result.adopted++;
      else result.ended++;
    } else {
      // Without a run it can only wait for one; anything else is what a build before ours left half done.
      if (job.isUp && job.record.status !== "backoff") job.redefine({ status: "stopped" });
      job.adopt();
    }
    if (!job.isUp && job.record.desired === "up") job.start();
    failpoint("adopt.after_job");
  }
  sweepDirectories(context);
  failpoint("adopt.after_sweep");
  if (result.adopted + result.ended + result.recovered > 0) {
    logger.info("Adopted the jobs of the last daemon", { ...result });
  }
  return result;
}

/** Puts jobs back into a store that was set aside: their live runs still have their directories. */
function recoverJobs({ store, runDirectories, readEnvironment, logger }: AdoptionContext): number {
  let recovered = 0;
  for (const { runId, spec } of runDirectories()) {
    const id = parseRunId(runId);
    if (id === undefined || spec === undefined || store.runs.get(runId) !== undefined) continue;
    if (store.jobs.get(id.jobId) !== undefined || store.setAside === undefined) continue;
    const env = readEnvironment(runId);
    store.transaction(() => {
      const status = isUp(spec.job.status) ? spec.job.status : "running";
      store.jobs.insert({ ...spec.job, env: env ?? {}, status, run: spec.run.run });
      store.runs.insert({
        ...spec.run,
        jobId: id.jobId,
        shim: null,
        process: null,
        finishedAtMs: null,
        outcome: "running",
        exitCode: null,
        signal: null,
        reason: null,
      });
    });
    recovered++;
    logger.warn("Recovered a job from its run directory", { job: id.jobId, run: runId });
  }
  return recovered;
}

/** Removes directories of runs whose end is stored: the daemon died between the two. */
function sweepDirectories({ store, host, runDirectories }: AdoptionContext): void {
  for (const { runId } of runDirectories()) {
    const run = store.runs.get(runId);
    if (run !== undefined && run.finishedAtMs !== null) host.discard(runId);
    // Of a job that was removed: its last run ended before that.
    if (run === undefined && host.marker(runId).kind === "exit") host.discard(runId);
  }
}
