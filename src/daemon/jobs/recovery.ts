import { AppError, messageOf } from "../../base/app_error.ts";
import { parseRunId } from "../../base/ids.ts";
import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import type { Fact } from "../../facts/fact.ts";
import type { RunSpec } from "../../facts/run_spec.ts";
import type { RunTraces } from "../../platform/processes/run_traces.ts";
import { isUp } from "../../protocol/job_status.ts";
import { readJobFields } from "../../store/job_fields.ts";
import type { JobRecord, RunRecord, Store } from "../../store/store.ts";
import { createRun } from "./job_facts.ts";
import { withoutPorts } from "./job_ports.ts";
import type { RunHost } from "../runs/run_host.ts";
import { lookAtRun } from "../runs/run_sight.ts";
import { judgeRun, type RunVerdict } from "../runs/run_verdict.ts";

/** A run's directory with what it says of its job. */
export interface RunDirectory {
  readonly runId: string;
  readonly spec: Fact<RunSpec>;
  readonly madeAtMs: number | undefined;
}

/** What recovery looks at. */
export interface RecoveryContext {
  readonly clock: Clock;
  readonly store: Store;
  readonly host: RunHost;
  readonly logger: Logger;
  readonly runDirectories: () => readonly RunDirectory[];
  /** The runs whose marks a living process carries; a look at all processes of the machine. */
  readonly markedRuns: () => readonly string[];
  /** How a run was started, as far as its living processes tell. */
  readonly readTraces: (runId: string) => RunTraces | undefined;
}

/** A run that the store does not know. */
interface LostRun {
  readonly run: RunRecord;
  readonly spec: Fact<RunSpec>;
  readonly verdict: RunVerdict;
}

/**
 * Writes down again what the store has lost, whoever lost it and whoever saw that: the evidence on disk and the living
 * processes count. A run directory without a row stands for a run whose end nobody has told yet, since it goes when the
 * end is stored. Returns how many runs came back; adoption decides what becomes of them.
 */
export function recoverRuns(context: RecoveryContext): number {
  let recovered = 0;
  for (const directory of findDirectories(context)) {
    try {
      if (recoverRun(directory, context)) recovered++;
    } catch (error) {
      if (isStoreError(error)) throw error;
      const told = { run: directory.runId, error: messageOf(error) };
      context.logger.error("A run that the state does not know could not be recovered", told);
    }
  }
  return recovered;
}

/** The state itself cannot be read or written: no fault of the job at hand. */
export function isStoreError(error: unknown): boolean {
  return error instanceof AppError && error.code.startsWith("store.");
}

function recoverRun(directory: RunDirectory, context: RecoveryContext): boolean {
  const { host, logger } = context;
  const lost = findLost(directory, context);
  if (lost === undefined) return false;
  const { run, spec, verdict } = lost;
  if (verdict.is !== "unbegun" || spec.is === "sound") return recover(lost, context);
  // Nothing ran, and nobody knows what should have.
  logger.warn("Removed what was left of a run that never began", { run: run.runId });
  host.discard(run.runId);
  return false;
}

/** Each once, the earlier runs of a job first. */
function findDirectories({ store, runDirectories, markedRuns }: RecoveryContext): RunDirectory[] {
  const found = new Map(runDirectories().map((directory) => [directory.runId, directory]));
  // Before the first event nothing was ever stored here, or all of it was lost: then only who lives can tell.
  for (const runId of store.events.lastSeq() === 0 ? markedRuns() : []) {
    if (found.has(runId)) continue;
    found.set(runId, { runId, spec: { is: "missing" }, madeAtMs: undefined });
  }
  const numberOf = ({ runId }: RunDirectory) => parseRunId(runId)?.run ?? 0;
  return [...found.values()].sort((a, b) => numberOf(a) - numberOf(b));
}

function findLost(directory: RunDirectory, context: RecoveryContext): LostRun | undefined {
  const { store, host, clock } = context;
  const { runId, spec, madeAtMs } = directory;
  const id = parseRunId(runId);
  if (id === undefined || store.runs.get(runId) !== undefined) return undefined;
  const toldAtMs = spec.is === "sound" ? spec.value.run.startedAtMs : undefined;
  const run = createRun(id.jobId, id.run, toldAtMs ?? madeAtMs ?? clock.now());
  return { run, spec, verdict: judgeRun(lookAtRun(host, run).evidence) };
}

/** False for a run that says nothing any more: its job has had others since. */
function recover({ run, spec, verdict }: LostRun, context: RecoveryContext): boolean {
  const { store, host, logger } = context;
  const known = store.jobs.get(run.jobId);
  const goesOn = !["ended", "lost", "unbegun"].includes(verdict.is);
  if (known !== undefined && run.run < known.run && !goesOn) {
    host.discard(run.runId);
    return false;
  }
  const job = known ?? rebuildJob(run, spec, context);
  store.transaction(() => {
    if (known === undefined) store.jobs.insert({ ...job, run: run.run });
    else store.jobs.update({ id: job.id, run: run.run, status: upStatusOf(job) });
    store.runs.insert(run);
  });
  logger.warn("Recovered a run that the state did not know", {
    job: job.id,
    run: run.runId,
    is: verdict.is,
    ...(spec.is === "damaged" ? { spec: spec.problem } : {}),
    ...(job.fault === undefined ? {} : { fault: job.fault.problem }),
  });
  return true;
}

/** The job as its spec and its living processes tell of it; what neither does is a fault of the record. */
function rebuildJob(run: RunRecord, spec: Fact<RunSpec>, context: RecoveryContext): JobRecord {
  const traces = context.readTraces(run.runId);
  const told = spec.is === "sound" ? spec.value.job : {};
  const isCommandSeen = traces !== undefined && traces.command.length > 0;
  const record = readJobFields(run.jobId, {
    desired: "up",
    status: "running",
    createdAtMs: run.startedAtMs,
    restarts: 0,
    tally: 0,
    run: run.run,
    ...(isCommandSeen ? traces : {}),
    ...told,
    env: traces?.env,
  });
  const env = withoutPorts(record);
  return { ...record, env, status: upStatusOf(record), nextStartAtMs: null };
}

/** A run whose end is not told is up: what became of it is for adoption to say. */
function upStatusOf({ status }: JobRecord): JobRecord["status"] {
  return isUp(status) && status !== "backoff" ? status : "running";
}
