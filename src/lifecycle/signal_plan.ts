import type { Logger } from "../base/logger.ts";
import { messageOf } from "../base/app_error.ts";
import { guarded } from "../platform/guarded.ts";
import type { Lifecycle } from "./lifecycle.ts";

/** What a signal asks of the process. */
export type SignalAction = "shutdown" | "leave" | "reload" | "reopen_log" | "ignore" | "outlive";

/**
 * What each signal means. QUIT ends the process and leaves its work running. The rest has no meaning, but unanswered it
 * would kill us. XFSZ and XCPU stand for an error, of a file that has reached its limit or of time that is used up: the
 * write fails then as on a full disk. They are caught, not ignored, because what is ignored stays so in all we start.
 */
const SIGNAL_PLAN = {
  SIGTERM: "shutdown",
  SIGINT: "shutdown",
  SIGQUIT: "leave",
  SIGHUP: "reload",
  SIGUSR1: "reopen_log",
  SIGUSR2: "ignore",
  SIGXFSZ: "outlive",
  SIGXCPU: "outlive",
  SIGALRM: "outlive",
  SIGVTALRM: "outlive",
  SIGPROF: "outlive",
  SIGIO: "outlive",
} as const satisfies Readonly<Record<string, SignalAction>>;

export type PlannedSignal = keyof typeof SIGNAL_PLAN;

/** What {@linkcode followSignals} works with. */
export interface FollowSignalsOptions {
  readonly lifecycle: Lifecycle;
  readonly logger: Logger;
  readonly reopenLog: () => void;
  /** `platform/os_signals.ts`, or a fake. */
  readonly onSignal: (name: PlannedSignal, callback: () => void) => Disposable;
}

/** Does what the plan says until disposed of. Installed before the start, so that no signal finds the default action. */
export function followSignals(options: FollowSignalsOptions): Disposable {
  const followed = new DisposableStack();
  for (const name of Object.keys(SIGNAL_PLAN) as PlannedSignal[]) {
    followed.use(options.onSignal(name, guarded("signal", () => act(name, options))));
  }
  return followed;
}

function act(name: PlannedSignal, { lifecycle, logger, reopenLog }: FollowSignalsOptions): unknown {
  const actions: Readonly<Record<SignalAction, () => unknown>> = {
    shutdown: () => lifecycle.shutdown({ reason: name }),
    leave: () => lifecycle.shutdown({ reason: name, leaveWork: true }),
    reload: () => reloadOnSignal(lifecycle, logger),
    reopen_log: reopenLog,
    ignore: () => logger.debug("a signal without meaning", { signal: name }),
    // Not a word: a log that has reached its limit would be written to without end.
    outlive: () => {},
  };
  return actions[SIGNAL_PLAN[name]]();
}

/** The lifecycle logs how a reload went; a signal has nobody else to tell. */
async function reloadOnSignal(lifecycle: Lifecycle, logger: Logger): Promise<void> {
  try {
    await lifecycle.reload();
  } catch (error) {
    logger.debug("the reload asked for by SIGHUP failed", { reason: messageOf(error) });
  }
}
