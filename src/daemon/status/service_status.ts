import type { CancelTimer, Clock } from "../../base/clock.ts";
import type { ServiceNotify } from "../../lifecycle/service_notify.ts";
import { guarded } from "../../platform/guarded.ts";
import type { EventBus } from "../jobs/event_bus.ts";
import type { SettingsInForce } from "../../config/settings_in_force.ts";

/** However much happens, the service manager is told this often at most. */
const LEAST_INTERVAL_MS = 1_000;

/** What a {@linkcode ServiceStatus} is made of. */
export interface ServiceStatusOptions {
  readonly clock: Clock;
  readonly bus: EventBus;
  readonly notify: Pick<ServiceNotify, "isWatched" | "status">;
  readonly countUp: () => number;
  readonly settings: Pick<SettingsInForce, "areDefaults" | "lastError">;
}

/** The line of `systemctl status` about the daemon, kept true with each change. Without a service manager it does nothing. */
export class ServiceStatus implements Disposable {
  readonly #options: ServiceStatusOptions;
  readonly #listening: Disposable | undefined;
  #cancel: CancelTimer | undefined;
  #toldAt = -Infinity;
  #told = "";
  #isOver = false;

  constructor(options: ServiceStatusOptions) {
    this.#options = options;
    if (!options.notify.isWatched) return;
    this.#listening = options.bus.listen("service_status.event", () => this.update());
    this.tell();
  }

  /** Something may have changed. */
  update(): void {
    if (this.#cancel !== undefined) return;
    const { clock } = this.#options;
    const restMs = this.#toldAt + LEAST_INTERVAL_MS - clock.monotonic();
    if (restMs > 0) {
      this.#cancel = clock.schedule(
        restMs,
        guarded("service_status.tell", () => this.tell(), () => this.#cancel = undefined),
      );
    } else this.tell();
  }

  /** Says nothing more: the end has words of its own. */
  [Symbol.dispose](): void {
    this.#listening?.[Symbol.dispose]();
    this.#cancel?.();
    this.#isOver = true;
  }

  /** Says how it is now: for what somebody waits for. */
  tell(): void {
    if (this.#listening === undefined || this.#isOver) return;
    this.#cancel?.();
    this.#cancel = undefined;
    const text = describe(this.#options);
    if (text === this.#told) return;
    this.#told = text;
    this.#toldAt = this.#options.clock.monotonic();
    this.#options.notify.status(text);
  }
}

function describe({ countUp, settings: { lastError, areDefaults } }: ServiceStatusOptions): string {
  const up = countUp();
  const jobs = up === 1 ? "1 job up" : `${up} jobs up`;
  if (!lastError) return jobs;
  const instead = areDefaults
    ? "without the settings of a wrong file"
    : "with the settings of before";
  return `${jobs}, ${instead}: ${lastError.message}`;
}
