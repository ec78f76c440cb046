/**
 * `lifecycle/` carries any long-lived process from its start to its end: phases, signals, pid file, log, readiness. It
 * knows nothing of jobs; whoever does registers steps.
 */
import { AppError, messageOf } from "../base/app_error.ts";
import type { Clock } from "../base/clock.ts";
import { ExitCode } from "../base/exit_code.ts";
import type { Logger } from "../base/logger.ts";
import { guarded } from "../platform/guarded.ts";
import { nextPhase, type Phase, type PhaseEvent } from "./phases.ts";
import { undoSteps } from "./undo_steps.ts";

/** Why and how the process ends. */
export interface ShutdownRequest {
  /** For the log: `SIGTERM`, `idle`, `requested by a client`. */
  readonly reason: string;
  /** True when what we look after is to be left running for our successor. */
  readonly leaveWork?: boolean;
  /** True when a successor is on its way: what says that we are here, is its to replace. */
  readonly hasSuccessor?: boolean;
}

/** What a step knows while it is undone. */
export interface StopContext extends Required<ShutdownRequest> {
  /** Aborted when time is up or somebody insists: from then on by force, at once. */
  readonly signal: AbortSignal;
}

/** What a reload changed, by names that users know. */
export interface ReloadReport {
  readonly changed: string[];
  readonly needsRestart: string[];
}

/** One thing that is set up at the start, and how it is undone. */
export interface LifecycleStep {
  readonly name: string;
  /** `signal` is aborted when the process is asked to end before it is ready. */
  start?(signal: AbortSignal): void | Promise<void>;
  /** Only called when `start` has returned. */
  stop?(context: StopContext): void | Promise<void>;
  /** Throws to say that nothing was changed; later steps are then not asked. */
  reload?(): void | Partial<ReloadReport> | Promise<void | Partial<ReloadReport>>;
}

/** What a {@linkcode Lifecycle} needs. */
export interface LifecycleOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Asked at the shutdown, so that a reload can change it. */
  readonly shutdownTimeoutMs: () => number;
}

/** Told of each change of phase, after it happened. */
export type PhaseObserver = (phase: Phase, request: ShutdownRequest | undefined) => void;

/** Steps in their order, undone in reverse; one shutdown however often it is asked for. */
export class Lifecycle {
  readonly #options: LifecycleOptions;
  readonly #steps: LifecycleStep[] = [];
  readonly #started: LifecycleStep[] = [];
  readonly #observers = new Set<PhaseObserver>();
  readonly #halt = new AbortController();
  readonly #force = new AbortController();
  readonly #finished = Promise.withResolvers<number>();
  #phase: Phase = "created";
  #request: ShutdownRequest | undefined;
  #starting: Promise<void> | undefined;
  #reloading: Promise<ReloadReport> | undefined;
  #nextReload: Promise<ReloadReport> | undefined;

  constructor(options: LifecycleOptions) {
    this.#options = options;
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Why it ends, once it does. */
  get request(): ShutdownRequest | undefined {
    return this.#request;
  }

  /** What a shutdown may take before it is by force. */
  get shutdownTimeoutMs(): number {
    return this.#options.shutdownTimeoutMs();
  }

  /** The exit code, once every step is undone: 0, or 1 when it took force or a step failed. */
  get finished(): Promise<number> {
    return this.#finished.promise;
  }

  /** Adds a step behind those that are there. While running it is only undone and reloaded, not started. */
  register(step: LifecycleStep): void {
    this.#steps.push(step);
    if (this.#phase !== "created" && this.#phase !== "starting") this.#started.push(step);
  }

  /** Calls `observer` after each change of phase, guarded under the name `entry`. */
  observe(entry: string, observer: PhaseObserver): Disposable {
    const observing = guarded(entry, observer);
    this.#observers.add(observing);
    return { [Symbol.dispose]: () => this.#observers.delete(observing) };
  }

  /** Starts, is ready, and returns the exit code when all is over. Throws what the failing start threw. */
  async run(): Promise<number> {
    await this.init();
    return await this.finished;
  }

  /**
   * Starts the steps in order. When one fails, those before it are undone and its error is thrown. When a shutdown was
   * asked for meanwhile, returns; {@linkcode finished} tells the rest.
   */
  async init(): Promise<void> {
    if (this.#request) return;
    if (!this.#move("init")) throw new Error(`init in phase ${this.#phase}`);
    const starting = Promise.withResolvers<void>();
    this.#starting = starting.promise;
    try {
      await this.#startSteps();
      this.#move("started");
    } catch (error) {
      this.#startFailed(error, starting.resolve);
      await this.finished;
      throw error;
    } finally {
      starting.resolve();
    }
  }

  async #startSteps(): Promise<void> {
    for (const step of this.#steps) {
      if (this.#request) return;
      try {
        await step.start?.(this.#halt.signal);
      } catch (error) {
        if (this.#request) return;
        throw error;
      }
      this.#started.push(step);
    }
  }

  #startFailed(error: unknown, startingIsOver: () => void): void {
    this.#options.logger.error("start failed", { reason: messageOf(error) });
    startingIsOver();
    const reason = `start failed: ${messageOf(error)}`;
    this.shutdown({ reason, leaveWork: true, hasSuccessor: true });
  }

  /**
   * Asks the steps, in order, to read their settings again. Asked again meanwhile: once more afterwards, for all who
   * asked. Rejects with what the first failing step threw; the process goes on as before.
   */
  reload(): Promise<ReloadReport> {
    if (this.#reloading === undefined) {
      this.#reloading = this.#reloadOnce().finally(() => this.#reloading = undefined);
      return this.#reloading;
    }
    this.#nextReload ??= this.#reloading.catch(() => {}).then(() => {
      this.#nextReload = undefined;
      return this.reload();
    });
    return this.#nextReload;
  }

  async #reloadOnce(): Promise<ReloadReport> {
    if (!this.#move("reload")) {
      throw new AppError("daemon.not_ready", `Cannot reload while ${this.#phase}`, {
        hint: "Try again in a moment",
      });
    }
    const report: ReloadReport = { changed: [], needsRestart: [] };
    try {
      for (const step of this.#steps) {
        const part = await step.reload?.();
        report.changed.push(...part?.changed ?? []);
        report.needsRestart.push(...part?.needsRestart ?? []);
      }
      this.#options.logger.info("reloaded", { changed: report.changed.join(" ") || "nothing" });
      return report;
    } catch (error) {
      this.#options.logger.error("reload failed, everything stays as it was", {
        reason: messageOf(error),
      });
      throw error;
    } finally {
      this.#move("reloaded");
    }
  }

  /** Begins the end, which {@linkcode finished} tells of; asked again it is taken by force. */
  shutdown(request: ShutdownRequest): void {
    if (this.#request) this.#insist(request.reason);
    else {
      this.#request = request;
      this.#end({ leaveWork: false, hasSuccessor: false, ...request }).then(
        this.#finished.resolve,
        this.#finished.reject,
      );
    }
  }

  #insist(reason: string): void {
    if (this.#phase !== "stopping" || this.#force.signal.aborted) return;
    this.#options.logger.warn("shutting down by force", {
      reason: `${reason}, the second request`,
    });
    this.#force.abort();
  }

  async #end(request: Required<ShutdownRequest>): Promise<number> {
    const { clock, logger } = this.#options;
    const timeoutMs = this.shutdownTimeoutMs;
    logger.info("shutting down", { reason: request.reason });
    this.#halt.abort(new AppError("daemon.stopping", "Cannot go on: the daemon is shutting down"));
    this.#move("shutdown");
    const force = guarded("shutdown.force", () => {
      logger.warn("shutting down by force", { reason: `not done after ${timeoutMs}ms` });
      this.#force.abort();
    }, () => this.#force.abort());
    const cancel = clock.schedule(timeoutMs, force);
    try {
      const context = { ...request, signal: this.#force.signal };
      const failed = await undoSteps({
        steps: this.#started,
        starting: this.#starting,
        context,
        clock,
        logger,
      });
      return failed || this.#force.signal.aborted ? ExitCode.failed : ExitCode.done;
    } finally {
      cancel();
      this.#move("ended");
    }
  }

  #move(event: PhaseEvent): boolean {
    const next = nextPhase(this.#phase, event);
    if (next === undefined) return false;
    this.#phase = next;
    for (const observer of this.#observers) observer(next, this.#request);
    return true;
  }
}
