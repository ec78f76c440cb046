import { messageOf } from "../../base/app_error.ts";
import { failpoint } from "../../platform/failpoint.ts";
import { lookAtRun } from "../runs/run_sight.ts";
import { isOver, judgeRun, judgeStoppedRun, type OverVerdict } from "../runs/run_verdict.ts";
import { describeSurvivors } from "../runs/survivors.ts";
import type { JobContext } from "./job_context.ts";
import { toLeft } from "./job_facts.ts";
import type { MachineEvent } from "./job_machine.ts";
import type { JobState, StoredChange } from "./job_state.ts";
import { judgeEnd, type RunEnd, type StartFailure, toEnd } from "./run_end.ts";
import type { RunStart } from "./run_start.ts";
import type { StopResult } from "./run_stop.ts";

/** What a {@linkcode RunEnding} needs. */
export interface RunEndingOptions {
  readonly context: JobContext;
  readonly state: JobState;
  readonly start: RunStart;
  /** Stores what happened, tells it, and acts upon it. */
  readonly handle: (event: MachineEvent, happening?: StoredChange) => void;
}

/** Tells the end of the current run of a job, however it came, and clears away what is not needed any more. */
export class RunEnding {
  readonly #options: RunEndingOptions;

  constructor(options: RunEndingOptions) {
    this.#options = options;
  }

  /** Nothing of the run goes on. */
  tell(verdict: OverVerdict): void {
    const { context, state, start, handle } = this.#options;
    const { status } = state.record;
    if (verdict.is === "ended" && status === "starting") handle("spawned");
    const nowMs = context.clock.now();
    const isStopping = status === "stopping";
    this.#end(toEnd(verdict, { nowMs, isStopping, startFailure: start.failure }));
  }

  /** Nothing of the run has begun, and nothing will. */
  tellUnstarted(failure: StartFailure): void {
    const endedAtMs = this.#options.context.clock.now();
    this.#end({ ending: "unstarted", endedAtMs, ...failure });
  }

  /**
   * Nothing is left: now the end is told, with the code where there is one. A command that cannot be ended goes on, and
   * its job stays on its way down: whenever it does end, that is told as any other.
   */
  tellStopped({ survivors, members, isSparing, hasKilled }: StopResult): void {
    const { context: { host, logger, left }, state } = this.#options;
    const { id } = state.record;
    if (hasKilled) state.noteKilled();
    const run = state.run!;
    if (survivors.length > 0) {
      const why = describeSurvivors(survivors);
      logger.error("Not all of a job could be ended", { job: id, why });
    }
    try {
      const { evidence } = lookAtRun(host, run);
      const verdict = survivors.length > 0 ? judgeRun(evidence) : judgeStoppedRun(evidence);
      if (!isOver(verdict)) {
        return state.change({ reason: describeSurvivors(survivors) }, "job_updated");
      }
      left.remember(members.map((member) => toLeft(member, run.runId)));
      this.tell(verdict);
      if (survivors.length === 0 && !isSparing && !state.isLive) left.settle(id);
    } catch (error) {
      logger.error("An end could not be recorded", { job: id, error: messageOf(error) });
    }
  }

  #end(how: RunEnd): void {
    const { context, state, start: { lastedMs, launchedAt }, handle } = this.#options;
    const { clock, settings, random, host, left, logger } = context;
    const { record: job, phase } = state;
    const run = state.run!;
    const end = judgeEnd({ ...how, job, run, lastedMs, phase }, {
      nowMs: clock.now(),
      random: random(),
      settings: settings(),
      oomKills: () => host.oomKills(),
    });
    if (run.shim !== null || how.ending !== "unstarted") left.suspect(end.run, launchedAt);
    handle(end.event, end);
    failpoint("end.before_discard");
    try {
      host.discard(run.runId);
    } catch (error) {
      // The next daemon's adoption removes it.
      const told = { job: job.id, error: messageOf(error) };
      logger.error("The directory of a run could not be removed", told);
    }
  }
}
