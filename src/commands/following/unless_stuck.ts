import { delay } from "../../base/clock.ts";
import type { FlagSpec } from "../frame/flag_spec.ts";
import type { CommandContext } from "../frame/command.ts";
import type { WatchSilenceOptions } from "./watch_silence.ts";

/** What ends sooner needs nobody to watch it. */
const FIRST_LOOK_MS = 1_000;

/** `--stuck`, in the commands that wait for an end. */
export const STUCK_FLAG: FlagSpec = {
  name: "stuck",
  summary: "Give up with 124 when it says nothing for longer than any run of it took",
};

/**
 * What `waiting` resolves with; meanwhile the jobs are watched: see `watchSilence`, which is not loaded for what is
 * over at once.
 * @throws AppError `wait.stuck` where that is to end it
 */
export async function unlessStuck<T>(
  ctx: CommandContext,
  options: WatchSilenceOptions,
  waiting: Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const watching = watchLater(ctx, options, over.signal);
  try {
    return await Promise.race([waiting, watching]);
  } finally {
    over.abort();
    await watching.catch(() => {});
  }
}

async function watchLater(
  ctx: CommandContext,
  options: WatchSilenceOptions,
  signal: AbortSignal,
): Promise<never> {
  await delay(ctx.clock, FIRST_LOOK_MS, signal);
  const { watchSilence } = await import("./watch_silence.ts");
  return await watchSilence(ctx, options, signal);
}
