/** Where a long-lived process is in its life. */
export type LifecyclePhase =
  | "created"
  | "starting"
  | "ready"
  | "reloading"
  | "stopping"
  | "stopped";

/** What moves it on. */
export type PhaseEvent = "init" | "started" | "reload" | "reloaded" | "shutdown" | "ended";

/**
 * The whole life as a table. What is not in it does not happen: a reload while starting is refused, a second shutdown is
 * not a new one.
 */
export const PHASES: Readonly<
  Record<LifecyclePhase, Readonly<Partial<Record<PhaseEvent, LifecyclePhase>>>>
> = {
  created: { init: "starting", shutdown: "stopping" },
  starting: { started: "ready", shutdown: "stopping" },
  ready: { reload: "reloading", shutdown: "stopping" },
  reloading: { reloaded: "ready", shutdown: "stopping" },
  stopping: { ended: "stopped" },
  stopped: {},
};

/** The phase after `event`, or undefined when that cannot happen in `phase`. */
export function nextPhase(phase: LifecyclePhase, event: PhaseEvent): LifecyclePhase | undefined {
  return PHASES[phase][event];
}
