import { messageOf } from "../base/app_error.ts";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import { guarded } from "../platform/guarded.ts";
import type { AcquiredStep, StopContext } from "./acquired_step.ts";

/** What {@linkcode undoSteps} works with. */
export interface UndoOptions {
  /** In the order of acquisition. What is acquired while we wait for `starting` is undone too. */
  readonly steps: AcquiredStep[];
  /** A start that is still under way; waited for, so that nothing is left half set up. */
  readonly starting: Promise<void> | undefined;
  readonly context: StopContext;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What a step gets, once it is by force, to do the least that must be done. */
export const FORCE_GRACE_MS = 1_000;

/** Undoes the steps, last first. A step that fails or hangs keeps no other from being undone. True when one did. */
export async function undoSteps(options: UndoOptions): Promise<boolean> {
  const { steps, context, logger } = options;
  let failed = false;
  const undo = async (name: string, work: () => void | Promise<void>) => {
    try {
      await withinGrace(options, work);
    } catch (error) {
      failed = true;
      logger.error("a shutdown step failed", { step: name, reason: messageOf(error) });
    }
  };
  if (options.starting) await undo("start", () => options.starting);
  for (let step = steps.pop(); step; step = steps.pop()) {
    logger.debug("undoing", { step: step.name });
    const { name, undo: work } = step;
    await undo(name, () => work(context));
  }
  return failed;
}

/** Rejects when `work` is not done {@linkcode FORCE_GRACE_MS} after force was called for. */
function withinGrace(
  { context: { signal }, clock }: UndoOptions,
  work: () => void | Promise<void>,
): Promise<void> {
  const outcome = Promise.withResolvers<void>();
  let cancel = () => {};
  const onForce = guarded("shutdown.grace", () => {
    cancel = clock.schedule(FORCE_GRACE_MS, () => outcome.reject(new Error("hung, given up")));
  }, outcome.reject);
  if (signal.aborted) onForce();
  else signal.addEventListener("abort", onForce, { once: true });
  Promise.try(work).then(outcome.resolve, outcome.reject);
  return outcome.promise.finally(() => {
    cancel();
    signal.removeEventListener("abort", onForce);
  });
}
