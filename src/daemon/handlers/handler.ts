import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import type { BuildInfo } from "../../base/version.ts";
import type { Settings } from "../../config/settings.ts";
import type { Lifecycle } from "../../lifecycle/lifecycle.ts";
import type { ImpPaths } from "../../platform/paths.ts";
import type { PayloadOf, ReplyOf } from "../../protocol/request.ts";
import type { RequestName } from "../../protocol/request_traits.ts";
import type { StatusSnapshot } from "../../protocol/snapshot.ts";
import type { Counters } from "../../protocol/snapshot.ts";
import type { Store } from "../../store/store.ts";
import type { ExecHandler } from "../execs/exec_command.ts";
import type { Call } from "../../rpc/server/call.ts";
import type { EventBus } from "../jobs/event_bus.ts";
import type { ExecRegistry } from "../../rpc/server/exec_registry.ts";
import type { Holds } from "../jobs/holds.ts";
import type { LeaseKeeper } from "../jobs/lease_keeper.ts";
import type { LeftBehind } from "../runs/left_behind.ts";
import type { RunHost } from "../runs/run_host.ts";
import type { SettingsInForce } from "../../config/settings_in_force.ts";
import type { Projects } from "../projects/projects.ts";
import type { ScheduleKeeper } from "../jobs/schedule_keeper.ts";
import type { Supervisor } from "../jobs/supervisor.ts";
import type { UsageSampler } from "../jobs/usage_sampler.ts";

/** All that a handler can be given; what one needs of it stands in its type. */
export interface HandlerParts {
  readonly supervisor: Supervisor;
  readonly leases: LeaseKeeper;
  readonly schedules: ScheduleKeeper;
  readonly projects: Projects;
  readonly bus: EventBus;
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly paths: ImpPaths;
  readonly build: BuildInfo;
  readonly pid: number;
  readonly host: RunHost;
  readonly lifecycle: Lifecycle;
  readonly counters: Counters;
  readonly holds: Holds;
  readonly execs: ExecRegistry;
  readonly commandHandlers: ReadonlyMap<string, ExecHandler>;
  readonly sampler: UsageSampler;
  readonly left: LeftBehind;
  readonly settings: () => Settings;
  readonly settingsInForce: SettingsInForce;
  readonly snapshot: () => StatusSnapshot;
  /** What was taken away under us, and what became of it. */
  readonly notices: () => string[];
  /** Leaves nothing on disk once the daemon has ended. */
  readonly eraseOnExit: () => void;
}

/** Some of the {@linkcode HandlerParts}. */
export type Needs<Part extends keyof HandlerParts> = Pick<HandlerParts, Part>;

/** Answers a request with the parts that it needs; what it throws becomes the error of the reply. */
export type Handler<Name extends RequestName, Part extends keyof HandlerParts> = (
  payload: PayloadOf<Name>,
  parts: Needs<Part>,
  call: Call,
) => Promise<ReplyOf<Name>> | ReplyOf<Name>;
