import { openExecJournal } from "../facts/exec_journal.ts";
import type { Store } from "../store/store.ts";
import { createJobs, type Jobs } from "./jobs/create_jobs.ts";
import type { DaemonCore } from "./daemon_core.ts";
import type { DaemonLocks } from "../lifecycle/daemon_locks.ts";
import type { EventBus } from "./jobs/event_bus.ts";
import { ExecRegistry } from "../rpc/server/exec_registry.ts";
import { ProcessCommandHandler } from "./execs/process_command_handler.ts";
import { TriedCommands } from "./execs/tried_commands.ts";
import { Holds } from "./jobs/holds.ts";
import type { OpenGround } from "../lifecycle/open_ground.ts";
import { createOsRunHost } from "./runs/os_run_host.ts";
import { Projects } from "./projects/projects.ts";
import type { SelfWatch } from "../lifecycle/self_watch.ts";

/** The locks that make it the only daemon, and what is kept under them. */
export interface DaemonState extends DaemonCore {
  readonly locks: DaemonLocks;
  readonly store: Store;
  readonly bus: EventBus;
  readonly self: SelfWatch;
}

/** What a daemon works on. */
export interface DaemonWork extends DaemonState, Jobs {
  readonly projects: Projects;
  readonly holds: Holds;
  readonly execs: ExecRegistry;
  /** Its ground, while that is watched. */
  readonly watched: { ground?: OpenGround };
}

/** What there is to work on; nothing of it has begun. */
export function createWork(state: DaemonState): DaemonWork {
  const { paths, pid, settings } = state;
  const journal = openExecJournal(paths.execsDir);
  const execs = new ExecRegistry(pid, journal);
  const handler = new ProcessCommandHandler(state);
  const tried = new TriedCommands({ handler, journal, nextId: () => execs.nextId() });
  const holds = new Holds();
  const jobs = createJobs({
    ...state,
    holds,
    host: createOsRunHost(paths),
    tryCommand: (command, signal) => tried.try(command, signal),
  });
  const stopTimeoutMs = () => settings().stopTimeoutMs;
  return {
    ...state,
    ...jobs,
    projects: new Projects({ ...state, ...jobs, stopTimeoutMs }),
    holds,
    execs,
    watched: {},
  };
}
