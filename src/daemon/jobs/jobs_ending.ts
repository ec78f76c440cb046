import { background } from "../../platform/guarded.ts";
import type { JobContext } from "./job_context.ts";
import { isWanted } from "./job_facts.ts";
import type { JobTable } from "./job_table.ts";
import { comesBackWithDaemon } from "./restart_policy.ts";
import { toStraysTarget } from "../runs/run_stop_target.ts";
import { type JobSurvivor, stopAll } from "./stop_all.ts";
import { StopProcedure } from "../runs/stop_procedure.ts";

/** Ends all jobs with their daemon, and what jobs have left that are no more. */
export class JobsEnding {
  readonly #context: JobContext;
  readonly #jobs: JobTable;
  readonly #suspended = Promise.withResolvers<JobSurvivor[]>();
  #endingStrays: StopProcedure | undefined;

  constructor(context: JobContext, jobs: JobTable) {
    this.#context = context;
    this.#jobs = jobs;
  }

  /** Resolves once {@linkcode suspendAll} has, with what it could not end. */
  get suspended(): Promise<JobSurvivor[]> {
    return this.#suspended.promise;
  }

  /**
   * The daemon goes and takes its jobs along; those whose policy says so come back with the next daemon. Resolves with
   * what could not be ended.
   */
  async suspendAll(): Promise<JobSurvivor[]> {
    const ended = this.#endAll();
    this.#suspended.resolve(ended);
    return await ended;
  }

  /** Ends what jobs have left that are no more; resolves with what could not be ended. */
  async endStrays(): Promise<JobSurvivor[]> {
    const { host, left, clock, settings } = this.#context;
    left.look();
    const strays = new Map(left.ofNobody().map(({ identity, jobId }) => [identity.pid, jobId]));
    if (strays.size === 0) return [];
    this.#endingStrays = new StopProcedure(toStraysTarget(host, left), clock, {
      signal: "SIGTERM",
      timeoutMs: settings().stopTimeoutMs,
    });
    const survivors = await this.#endingStrays.done;
    return survivors.map((survivor) => ({ job_id: strays.get(survivor.pid) ?? "", ...survivor }));
  }

  /** KILL to everything, for an end by force; does not wait. */
  killAll(): void {
    const options = { signal: "SIGKILL", timeoutMs: 0 };
    this.#endingStrays?.escalate(options);
    for (const job of [...this.#jobs].filter((each) => each.isUp || each.isEnding)) {
      const kill = () => job.stop(options, "suspend");
      background("job.kill", kill, kill);
    }
  }

  /** Goes no further. */
  release(): void {
    this.#endingStrays?.abandon();
  }

  async #endAll(): Promise<JobSurvivor[]> {
    const { left } = this.#context;
    const survivors: JobSurvivor[] = [];
    try {
      const stopped = await stopAll(
        [...this.#jobs].filter(({ id, record }) => isWanted(record) || left.mayHave(id)),
        (job) => job.stop({}, comesBackWithDaemon(job.record.restart) ? "suspend" : "end"),
      );
      survivors.push(...stopped.survivors);
    } finally {
      survivors.push(...await this.endStrays());
    }
    return survivors;
  }
}
