import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import type { Settings } from "../../config/settings.ts";
import type { JobRecord, Store } from "../../store/store.ts";
import type { FindNeeded } from "./dependencies.ts";
import type { EventBus } from "./event_bus.ts";
import type { LeaseWorld } from "./lease.ts";
import type { Usage, Watching } from "./job_view.ts";
import type { LeftBehind } from "../runs/left_behind.ts";
import type { TryCommand } from "../readiness/probe_world.ts";
import type { RunHost } from "../runs/run_host.ts";

/** A job by a port that it declares. */
export interface PortUser {
  readonly id: string;
  readonly name: string | null;
  readonly isUp: boolean;
}

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
  /** How the files are watched that a job asks for; undefined while they are not. */
  readonly watchingOf: (jobId: string) => Watching | undefined;
  readonly random: () => number;
  readonly daemonId: string;
  /** The jobs whose port this is, by what they declare or by what was found for them. */
  readonly portUsers: (port: number) => readonly PortUser[];
  /** By the names of a job and of its port; see PortDirectory. */
  readonly portOf: (jobName: string, name: string) => number | undefined;
  /** Whether whoever seeks something in the output of a job has seen all of it; if not, the job is told to look again. */
  readonly hasLookedLast: (jobId: string) => boolean;
  /** By the name of a job: where it is. */
  readonly neededJob: FindNeeded;
  /** When the schedule of a job starts it next; null: it does not count, or nobody knows yet. */
  readonly nextRunOf: (record: JobRecord) => number | null;
  /** What leases go by. */
  readonly leases: LeaseWorld;
  /** Runs a command of a job beside its run. */
  readonly tryCommand: TryCommand;
}
