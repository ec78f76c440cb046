import { messageOf } from "../../base/app_error.ts";
import { failpoint } from "../../platform/failpoint.ts";
import type { JobRecord, RunRecord } from "../../store/store.ts";
import type { Job } from "./job.ts";
import { isStoreError, recoverRuns, type RecoveryContext } from "./recovery.ts";
import { type LeaseWorld, whyLeaseIsOver } from "./lease.ts";
import { createRun } from "./job_facts.ts";
import { comesBackWithDaemon } from "./restart_policy.ts";
import { isToRevive } from "./revival.ts";
import type { Supervisor } from "./supervisor.ts";

/** What adoption looks at. */
export interface AdoptionContext extends RecoveryContext {
  /** Whether what is to be up and is not, waits for `Revival.begin`. */
  readonly revivesLater?: boolean | undefined;
  readonly leases: LeaseWorld;
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
  const result: AdoptionResult = { adopted: 0, ended: 0, recovered: recoverRuns(context) };
  const { store, logger, leases } = context;
  for (const record of store.jobs.all()) {
    const run = store.runs.latest(record.id);
    const known = withRunNumber(record, run);
    supervisor.restore(known, isBeforeItsRun(known, run) ? recordRun(known, context) : run);
  }
  for (const job of supervisor.jobs) {
    failpoint("adopt.before_job");
    try {
      adoptJob(job, result);
      if (isToRevive(job) && !endsByLease(job, leases)) {
        if (context.revivesLater) supervisor.revival.postpone(job);
        else job.start();
      }
    } catch (error) {
      // The others are not to wait for it, and what lives is looked at again; but a state that refuses, refuses all.
      if (isStoreError(error)) throw error;
      logger.error("A job could not be taken up", { job: job.id, error: messageOf(error) });
    }
    failpoint("adopt.after_job");
  }
  sweepDirectories(context);
  failpoint("adopt.after_sweep");
  if (result.adopted + result.ended + result.recovered > 0) {
    logger.info("Adopted the jobs of the last daemon", { ...result });
  }
  return result;
}

/** What was to be ended while nobody was there is not started only to be ended. */
function endsByLease(job: Job, leases: LeaseWorld): boolean {
  const why = whyLeaseIsOver(job.record.lease, leases);
  if (why === undefined) return false;
  job.redefine({ desired: "down", lease: null, reason: why.reason });
  return true;
}

function adoptJob(job: Job, result: AdoptionResult): void {
  if (job.isLive) {
    job.adopt();
    if (job.isLive) result.adopted++;
    else result.ended++;
  } else {
    if (job.isUp && job.record.status !== "backoff") job.redefine(statusWithoutRun(job));
    job.adopt();
  }
}

/** The next run must have a number that none has had. */
function withRunNumber(record: JobRecord, run: RunRecord | undefined): JobRecord {
  return run !== undefined && run.run > record.run ? { ...record, run: run.run } : record;
}

/** Whether the record of a run that is about to begin was lost; it has left nothing yet, or it would have come back. */
function isBeforeItsRun({ status, run }: JobRecord, latest: RunRecord | undefined): boolean {
  return status === "starting" && run > (latest?.run ?? 0);
}

function recordRun(record: JobRecord, { store, clock }: AdoptionContext): RunRecord {
  const run = createRun(record.id, record.run, clock.now());
  store.transaction(() => store.runs.insert(run));
  return run;
}

/** A job that is up without a run: a build before ours left it half done, or all that told of its run was lost. */
function statusWithoutRun({ record }: Job): Partial<JobRecord> {
  if (record.run === 0 || record.status === "stopping") return { status: "stopped" };
  const desired = comesBackWithDaemon(record.restart) ? "up" : "down";
  return { status: "lost", desired, reason: "what its run left was lost" };
}

/** Removes directories of runs whose end is stored: the daemon died between the two. */
function sweepDirectories({ store, host, runDirectories, logger }: AdoptionContext): void {
  for (const { runId } of runDirectories()) {
    const run = store.runs.get(runId);
    if (run === undefined || run.finishedAtMs === null) continue;
    try {
      host.discard(runId);
    } catch (error) {
      logger.warn("The directory of a run could not be removed", {
        run: runId,
        error: messageOf(error),
      });
    }
  }
}
