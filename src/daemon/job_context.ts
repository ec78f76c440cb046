import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import type { Settings } from "../config/settings.ts";
import type { Store } from "../store/store.ts";
import type { EventBus } from "./event_bus.ts";
import type { Usage } from "./job_view.ts";
import type { LeftBehind } from "./left_behind.ts";
import type { RunHost } from "./run_host.ts";

/** What every job shares with the supervisor. */
export interface JobContext {
  readonly clock: Clock;
  readonly store: Store;
  readonly bus: EventBus;
  readonly host: RunHost;
  readonly logger: Logger;
  readonly settings: () => Settings;
  readonly left: LeftBehind;
  readonly usageOf: (jobId: string) => Usage | undefined;
  readonly random: () => number;
}
