import { isUp } from "../../protocol/job_status.ts";
import type { JobView } from "../../protocol/job_view.ts";
import type { AppliedJob } from "../../protocol/reply.ts";

/**
 * How far a job is with what was asked of it: `pending`; `ready`: it serves; `done`: a task has run to its end; `failed`:
 * it is down, and does not come up by itself; `stuck`: it waits for what has failed.
 */
export type GoalState = "pending" | "ready" | "done" | "failed" | "stuck";

/** What was asked of one job, and how it is. */
export interface Goal {
  readonly applied: AppliedJob;
  readonly isTask: boolean;
  /** As it was last; undefined before anybody has told. */
  job: JobView | undefined;
}

/** Whether the run that is meant is there, or was: what the job has printed is of that one. */
export function hasBegun({ applied, job }: Goal): boolean {
  return job !== undefined && job.run >= applied.run;
}

/** What was asked of all jobs of an `up`, and how far that is. */
export class UpGoals {
  readonly #byId = new Map<string, Goal>();
  readonly #byName = new Map<string, Goal>();
  /** As far as they were asked for since something was told. */
  readonly #states = new Map<Goal, GoalState>();

  constructor(applied: readonly AppliedJob[], tasks: ReadonlySet<string>) {
    for (const each of applied) {
      if (!each.is_wanted || each.job_id === null) continue;
      const goal: Goal = { applied: each, isTask: tasks.has(each.name), job: undefined };
      this.#byId.set(each.job_id, goal);
      this.#byName.set(each.name, goal);
    }
  }

  get all(): Goal[] {
    return [...this.#byId.values()];
  }

  /** Takes in how a job is now; undefined for one that nobody asked for. */
  see(job: JobView): Goal | undefined {
    const goal = this.#byId.get(job.id);
    if (goal === undefined) return undefined;
    goal.job = job;
    this.#states.clear();
    return goal;
  }

  /** The job is there no more. */
  seeRemoved({ id }: Pick<JobView, "id">): void {
    this.#byId.delete(id);
    this.#states.clear();
  }

  find(name: string): Goal | undefined {
    return this.#byName.get(name);
  }

  /** Whether nothing changes any more by itself. */
  get areSettled(): boolean {
    return this.all.every((goal) => this.stateOf(goal) !== "pending");
  }

  stateOf(goal: Goal): GoalState {
    const known = this.#states.get(goal);
    if (known !== undefined) return known;
    // That of one which is asked for on the way: the news of two may be of different times, and each wait for the other.
    this.#states.set(goal, "pending");
    const state = this.#judge(goal);
    this.#states.set(goal, state);
    return state;
  }

  #judge(goal: Goal): GoalState {
    const { applied, job, isTask } = goal;
    if (job === undefined) return "pending";
    if (applied.action === "done") return "done";
    if (this.#isStuck(job)) return "stuck";
    if (job.waiting_for !== undefined || !hasBegun(goal)) {
      return isUp(job.status) || job.desired === "up" ? "pending" : "failed";
    }
    if (job.status === "running" && !isTask) {
      if (job.ready) return "ready";
      // Its time for that is over; it may be ready later all the same.
      return (job.unready_reason ?? null) === null ? "pending" : "failed";
    }
    if (isUp(job.status) || job.desired === "up") return "pending";
    return isTask && job.status === "exited" && job.exit_code === 0 ? "done" : "failed";
  }

  /** Whether it waits for what will not be so by itself. */
  #isStuck({ waiting_for = [] }: JobView): boolean {
    return waiting_for.some(({ job: name, problem }) => {
      if (problem !== null) return true;
      const needed = this.find(name);
      if (needed === undefined) return false;
      const state = this.stateOf(needed);
      // That one has ended the daemon tells, with what it is; one that is up may be ready yet.
      return state === "stuck" || (state === "failed" && isUp(needed.job!.status));
    });
  }
}
