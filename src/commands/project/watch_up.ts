import type { DaemonClient } from "../../client/client.ts";
import type { JobView } from "../../protocol/job_view.ts";
import type { CommandContext } from "../frame/command.ts";
import { watchJobs } from "../following/watch_jobs.ts";
import type { Goal, GoalState, UpGoals } from "./up_goals.ts";

/** Told of what becomes of the jobs of an `up`. */
export interface UpListener {
  /** A job has come to another state; `before` is undefined when it is looked at for the first time. */
  onState(goal: Goal, state: GoalState, before: GoalState | undefined): Promise<void>;
}

/** Options of {@linkcode watchUp}. */
export interface WatchUpOptions {
  readonly goals: UpGoals;
  readonly first: DaemonClient;
  /** Ends the watch at any time. */
  readonly signal: AbortSignal;
  readonly listener: UpListener;
  /** Whether all that was waited for is so. */
  readonly isOver: () => boolean;
}

/** Watches the jobs of an `up` until all is over, across deaths of the daemon: the next one finishes it. */
export async function watchUp(ctx: CommandContext, options: WatchUpOptions): Promise<void> {
  const { goals, first, listener, isOver } = options;
  const over = new AbortController();
  const told = new Map<Goal, GoalState>();
  const tell = async () => {
    for (const goal of goals.all) {
      if (goal.job === undefined) continue;
      const [state, before] = [goals.stateOf(goal), told.get(goal)];
      if (state === before) continue;
      told.set(goal, state);
      await listener.onState(goal, state, before);
    }
    if (isOver()) over.abort();
  };
  await watchJobs(ctx, {
    payload: {},
    first,
    signal: AbortSignal.any([options.signal, over.signal]),
    watcher: {
      onAll: async (jobs) => {
        const ids = new Set(jobs.map(({ id }) => id));
        for (const { applied } of goals.all) {
          if (!ids.has(applied.job_id!)) goals.seeRemoved({ id: applied.job_id! });
        }
        for (const job of jobs) goals.see(job);
        await tell();
      },
      onJob: async (job: JobView) => {
        if (goals.see(job) !== undefined) await tell();
      },
      onRemoved: async (job) => {
        goals.seeRemoved(job);
        await tell();
      },
    },
  });
}
