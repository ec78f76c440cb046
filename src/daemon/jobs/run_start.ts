import { AppError, messageOf } from "../../base/app_error.ts";
import { formatRunSpec } from "../../facts/run_spec.ts";
import { failpoint } from "../../platform/failpoint.ts";
import { background } from "../../platform/guarded.ts";
import type { ProcessIdentity } from "../../platform/processes/process_identity.ts";
import type { RunRecord } from "../../store/store.ts";
import type { JobContext } from "./job_context.ts";
import { toLaunch } from "./job_facts.ts";
import type { JobState } from "./job_state.ts";
import type { LeftEnding, LeftResult } from "./left_ending.ts";
import { takePorts } from "./port_taking.ts";
import type { StartFailure } from "./run_end.ts";
import { StartWatch } from "./start_watch.ts";
import { startedAs } from "./started_as.ts";
import { describeSurvivors } from "../runs/survivors.ts";

/** What a {@linkcode RunStart} needs. */
export interface RunStartOptions {
  readonly context: JobContext;
  readonly state: JobState;
  readonly leftEnding: LeftEnding;
  /** Looks what became of the run. */
  readonly observe: () => void;
  /** Nothing of the run has begun, and nothing will. */
  readonly onFailed: (failure: StartFailure) => void;
}

/** The start of the current run of a job, from its record to the proof that it runs. */
export class RunStart {
  readonly #options: RunStartOptions;
  readonly #watch: StartWatch;
  #launchedAt: number | undefined;
  #failure: StartFailure | undefined;

  constructor(options: RunStartOptions) {
    this.#options = options;
    this.#watch = new StartWatch({
      clock: options.context.clock,
      look: options.observe,
      isStarting: () => this.#isStarting,
      onError: (error) => this.#complain(error),
    });
  }

  /** How often the run was looked at since its launch. */
  get looks(): number {
    return this.#watch.looks;
  }

  /** Why it was never started; for when that could not be recorded at once. */
  get failure(): StartFailure | undefined {
    return this.#failure;
  }

  /** Monotonic; undefined while the current run is another daemon's. */
  get launchedAt(): number | undefined {
    return this.#launchedAt;
  }

  /** How long ago it was launched, by a clock that does not jump; undefined when another daemon did it. */
  get lastedMs(): number | undefined {
    const { clock } = this.#options.context;
    return this.#launchedAt === undefined ? undefined : clock.monotonic() - this.#launchedAt;
  }

  /**
   * Starts a run that is recorded, once nothing of earlier ones is at its output or in their sessions any more. The
   * command is looked for unless it was just found.
   */
  begin(executable?: string): void {
    const { state, leftEnding } = this.#options;
    const { stopSignal: signal, stopTimeoutMs: timeoutMs, run } = state.record;
    let clearing: Promise<LeftResult | undefined> | undefined;
    try {
      clearing = leftEnding.begin({ signal, timeoutMs, isSparing: true });
    } catch (error) {
      return this.#failBy(error);
    }
    if (clearing === undefined) return this.#launch(executable);
    const onCleared = (result: LeftResult | undefined) => {
      // Called off: somebody else has seen to the run.
      if (result === undefined || !this.#isStarting || state.record.run !== run) return;
      if (result.survivors.length === 0) return this.#launch();
      const reason = `${describeSurvivors(result.survivors)}; an earlier run has left it`;
      this.#fail({ reason, cause: "start.left_over" });
    };
    background(
      "job.cleared",
      async () => onCleared(await clearing),
      (error) => this.#failBy(error),
    );
  }

  /** Looks at the run until it has started. */
  watch(): void {
    this.#watch.begin();
  }

  /** Stops looking. */
  end(): void {
    this.#watch.end();
  }

  get #isStarting(): boolean {
    return this.#options.state.record.status === "starting";
  }

  #launch(executable?: string): void {
    const { context, state } = this.#options;
    this.#launchedAt = context.clock.monotonic();
    this.#failure = undefined;
    failpoint("spawn.after_record");
    let shim: ProcessIdentity | null;
    const oomBefore = context.host.oomKills();
    try {
      this.#takePorts();
      shim = this.#launchShim(state.run!, executable);
    } catch (error) {
      return this.#failBy(error);
    }
    this.#watch.begin();
    failpoint("spawn.after_launch");
    const facts = { ...state.run!.facts, startedAs: startedAs(state.record), oomBefore };
    // Stored with the proof that it runs: until then its mark is what the next daemon finds it by.
    state.noteRun({ ...shim !== null && { shim }, facts });
  }

  /** Whoever is told of the start is told of a port that is another now. */
  #takePorts(): void {
    const { context, state } = this.#options;
    const portNumbers = takePorts(context, state.record);
    if (portNumbers !== undefined) state.change({ portNumbers });
  }

  #launchShim(run: RunRecord, found?: string): ProcessIdentity | null {
    const { context: { host, portOf }, state: { record } } = this.#options;
    const { workdir, env, command } = record;
    const executable = found ?? host.resolveCommand(command[0]!, workdir, env);
    host.prepare(run.runId, formatRunSpec(record, run));
    failpoint("spawn.after_prepare");
    return host.launch(toLaunch(record, run, { executable, portOf }));
  }

  #failBy(error: unknown): void {
    const { state } = this.#options;
    const cause = error instanceof AppError ? error.code : "start.failed";
    try {
      const facts = { ...state.run!.facts, startedAs: startedAs(state.record) };
      state.changeRun({ facts });
    } catch (told) {
      this.#complain(told);
    }
    this.#fail({ reason: messageOf(error), cause });
  }

  #fail(failure: StartFailure): void {
    const { context: { logger }, state: { record }, onFailed } = this.#options;
    this.#failure = failure;
    logger.warn("A job could not be started", { job: record.id, error: failure.reason });
    onFailed(failure);
  }

  #complain(error: unknown): void {
    const { context: { logger }, state: { record } } = this.#options;
    const told = { job: record.id, error: messageOf(error) };
    logger.error("A start could not be recorded", told);
  }
}
