/**
 * `lifecycle/` carries any long-lived process from its start to its end: phases, signals, pid file, log, readiness. It
 * knows nothing of jobs; whoever does acquires what it needs through it.
 */
import { AppError, messageOf } from "../base/app_error.ts";
import type { Clock } from "../base/clock.ts";
import { ExitCode } from "../base/exit_code.ts";
import type { Logger } from "../base/logger.ts";
import { guarded } from "../platform/guarded.ts";
import type { AcquiredStep, ShutdownRequest, StopContext, Undo } from "./acquired_step.ts";
import { type LifecyclePhase, nextPhase, type PhaseEvent } from "./phases.ts";
import { undoSteps } from "./undo_steps.ts";

export type { ShutdownRequest, StopContext, Undo } from "./acquired_step.ts";

/** What a reload changed, by names that users know. */
export interface ReloadReport {
  readonly changed: string[];
  readonly needsRestart: string[];
}

/** Reads settings again; throws to say that nothing was changed: those after it are then not asked. */
export type Reload = () =>
  | void
  | Partial<ReloadReport>
  | Promise<void | Partial<ReloadReport>>;

/** What a {@linkcode Lifecycle} needs. */
export interface LifecycleOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Asked at the shutdown, so that a reload can change it. */
  readonly shutdownTimeoutMs: () => number;
}

/** Told of each change of phase, after it happened. */
export type PhaseObserver = (phase: LifecyclePhase, request: ShutdownRequest | undefined) => void;

/** What is acquired in its order is undone in reverse; one shutdown however often it is asked for. */
export class Lifecycle {
  readonly #options: LifecycleOptions;
  readonly #acquired: AcquiredStep[] = [];
  readonly #reloads: Reload[] = [];
  readonly #observers = new Set<PhaseObserver>();
  readonly #halt = new AbortController();
  readonly #force = new AbortController();
  readonly #finished = Promise.withResolvers<number>();
  #phase: LifecyclePhase = "created";
  #request: ShutdownRequest | undefined;
  #starting: Promise<void> | undefined;
  #reloading: Promise<ReloadReport> | undefined;
  #nextReload: Promise<ReloadReport> | undefined;

  constructor(options: LifecycleOptions) {
    this.#options = options;
  }

  get phase(): LifecyclePhase {
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

  /**
   * Sets something up, and returns it; `close` undoes it at the end, or when what is acquired later fails. The signal is
   * aborted when the process is asked to end meanwhile.
   * @throws what `open` does; AppError `daemon.stopping` when the end was asked for, and then nothing was opened
   */
  async acquire<Value>(
    name: string,
    open: (signal: AbortSignal) => Value | Promise<Value>,
    close?: (value: Value, context: StopContext) => void | Promise<void>,
  ): Promise<Value> {
    this.#halt.signal.throwIfAborted();
    const value = await open(this.#halt.signal);
    this.defer(name, (context) => close?.(value, context));
    return value;
  }

  /** Has `undo` called before what was acquired until now is undone. */
  defer(name: string, undo: Undo): void {
    this.#acquired.push({ name, undo });
  }

  /** Has `reload` called, after those that are there, whenever settings are to be read again. */
  onReload(reload: Reload): void {
    this.#reloads.push(reload);
  }

  /** Calls `observer` after each change of phase, guarded under the name `entry`. */
  observe(entry: string, observer: PhaseObserver): Disposable {
    const observing = guarded(entry, observer);
    this.#observers.add(observing);
    return { [Symbol.dispose]: () => this.#observers.delete(observing) };
  }

  /** Starts, is ready, and returns the exit code when all is over. Throws what the failing start threw. */
  async run(acquireAll: () => unknown = () => {}): Promise<number> {
    await this.init(acquireAll);
    return await this.finished;
  }

  /**
   * Has everything acquired, and resolves with it once that is ready. When it fails, what is there is undone and the
   * error is thrown. When a shutdown was asked for meanwhile, resolves with undefined; {@linkcode finished} tells the rest.
   */
  async init<All>(acquireAll?: () => All | Promise<All>): Promise<All | undefined> {
    if (this.#request) return undefined;
    if (!this.#move("init")) throw new Error(`init in phase ${this.#phase}`);
    const starting = Promise.withResolvers<void>();
    this.#starting = starting.promise;
    try {
      const all = await acquireAll?.();
      return this.#move("started") ? all : undefined;
    } catch (error) {
      if (this.#request) return undefined;
      this.#startFailed(error, starting.resolve);
      await this.finished;
      throw error;
    } finally {
      starting.resolve();
    }
  }

  #startFailed(error: unknown, startingIsOver: () => void): void {
    this.#options.logger.error("start failed", { reason: messageOf(error) });
    startingIsOver();
    const reason = `start failed: ${messageOf(error)}`;
    this.shutdown({ reason, leaveWork: true, hasSuccessor: true });
  }

  /**
   * Has the settings read again, in order. Asked again meanwhile: once more afterwards, for all who
   * asked. Rejects with what the first that failed threw; the process goes on as before.
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
      for (const reload of this.#reloads) {
        const part = await reload();
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
        steps: this.#acquired,
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
