import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import type { Settings } from "../../config/settings.ts";
import type { StopContext } from "../../lifecycle/lifecycle.ts";
import type { ExecRegistry } from "./exec_registry.ts";

/** What {@linkcode endExecs} goes by. */
export interface EndExecsOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly context: StopContext;
  readonly settings: () => Settings;
}

/** A successor that waits for us is not kept for the whole grace of a command: it ends what we leave. */
const LAST_WORDS_MS = 300;

/**
 * Ends the execs with their daemon: they belong to their clients and cannot be handed on. A successor waits a while
 * for them; who is still at it then is told that it was cut off, and so is the log.
 */
export async function endExecs(execs: ExecRegistry, options: EndExecsOptions): Promise<void> {
  const { clock, logger, context } = options;
  const { handoverTimeoutMs } = options.settings();
  if (context.leaveWork && !context.signal.aborted) {
    const forced = Promise.withResolvers<void>();
    context.signal.addEventListener("abort", () => forced.resolve(), { once: true });
    await Promise.race([execs.settled(clock, handoverTimeoutMs), forced.promise]);
  }
  for (const { id, command } of execs.all) {
    logger.warn("An exec was cut off by the shutdown", { exec: id, command: command[0] });
  }
  execs.cutOffAll();
  await execs.settled(clock, context.leaveWork ? LAST_WORDS_MS : Infinity);
}
