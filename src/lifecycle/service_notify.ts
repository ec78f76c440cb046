import type { CancelTimer, Clock } from "../base/clock.ts";
import { guarded } from "../platform/guarded.ts";
import type { Lifecycle } from "./lifecycle.ts";
import type { LifecyclePhase } from "./phases.ts";

/** What a {@linkcode ServiceNotify} needs. */
export interface ServiceNotifyOptions {
  readonly clock: Clock;
  readonly env: (name: string) => string | undefined;
  readonly pid: number;
  /** `platform/sockets/notify_socket.ts`, or a fake; what it returns does not matter. */
  readonly send: (text: string, socketName: string) => unknown;
  /** CLOCK_MONOTONIC, which a reload has to tell. */
  readonly monotonicUsec: () => bigint | number;
}

/** What a shutdown by force may take on top of its time. */
const STOP_MARGIN_MS = 5_000;

/** The service manager that started us, by the variable that its unit sets. */
export function serviceManagerOf(
  env: (name: string) => string | undefined,
): "systemd" | "launchd" | undefined {
  const name = env("IMP_SERVICE");
  return name === "systemd" || name === "launchd" ? name : undefined;
}

/**
 * Tells the service manager how we are, by the protocol of sd_notify(3); without NOTIFY_SOCKET says nothing. The watchdog
 * is fed from a timer, so only while the event loop turns.
 */
export class ServiceNotify implements Disposable {
  readonly #options: ServiceNotifyOptions;
  readonly #socketName: string;
  readonly #watchdogMs: number | undefined;
  #cancel: CancelTimer | undefined;

  constructor(options: ServiceNotifyOptions) {
    this.#options = options;
    this.#socketName = options.env("NOTIFY_SOCKET") ?? "";
    this.#watchdogMs = this.isWatched ? readWatchdog(options) : undefined;
  }

  /** Whether anybody listens. */
  get isWatched(): boolean {
    return this.#socketName !== "";
  }

  /** Says what `lifecycle` does as it does it, and feeds the watchdog from now on. */
  follow(lifecycle: Lifecycle): void {
    lifecycle.observe("service.phase", (phase) => this.#say(phase, lifecycle));
    this.#feed();
  }

  /** One line for `systemctl status`. */
  status(text: string): void {
    this.#send([statusLine(text)]);
  }

  [Symbol.dispose](): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #say(phase: LifecyclePhase, lifecycle: Lifecycle): void {
    if (phase === "ready") this.#send(["READY=1"]);
    if (phase === "reloading") {
      this.#send(["RELOADING=1", `MONOTONIC_USEC=${this.#options.monotonicUsec()}`]);
    }
    if (phase === "stopping") {
      // A stop takes as long as the settings of today allow, whatever the unit said when it was installed.
      const patienceMs = lifecycle.shutdownTimeoutMs + STOP_MARGIN_MS;
      this.#send([
        "STOPPING=1",
        `EXTEND_TIMEOUT_USEC=${patienceMs * 1_000}`,
        statusLine(`Stopping: ${lifecycle.request?.reason}`),
      ]);
    }
    if (phase === "stopped") this[Symbol.dispose]();
  }

  #feed(): void {
    if (this.#watchdogMs === undefined) return;
    this.#send(["WATCHDOG=1"]);
    this.#feedLater(this.#watchdogMs);
  }

  #feedLater(delayMs: number): void {
    const feed = guarded("service.watchdog", () => this.#feed(), () => this.#feedLater(delayMs));
    this.#cancel = this.#options.clock.schedule(delayMs, feed);
  }

  /** Nobody to hear it is no reason to end. */
  #send(lines: readonly string[]): void {
    if (!this.isWatched) return;
    try {
      this.#options.send(lines.join("\n"), this.#socketName);
    } catch {
      // A manager that is being restarted has no socket for a moment.
    }
  }
}

/** Half of what the manager waits, unless it is meant for another process (sd_watchdog_enabled(3)). */
function readWatchdog({ env, pid }: ServiceNotifyOptions): number | undefined {
  const usec = Number(env("WATCHDOG_USEC"));
  const meantFor = env("WATCHDOG_PID");
  if (!(usec > 0) || (meantFor !== undefined && meantFor !== String(pid))) return undefined;
  return Math.max(1, Math.floor(usec / 2_000));
}

function statusLine(text: string): string {
  return `STATUS=${text.replaceAll("\n", " ")}`;
}
