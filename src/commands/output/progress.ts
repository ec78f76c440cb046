import type { CancelTimer } from "../../base/clock.ts";
import type { CommandContext } from "../frame/command.ts";

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
/** What takes less needs no sign of life. */
const QUIET_MS = 400;
const FRAME_MS = 80;

/** Waits for the work, with a sign of life on a terminal when it takes long. */
export async function withProgress<T>(
  ctx: CommandContext,
  text: string,
  work: Promise<T>,
): Promise<T> {
  const { stderr, clock } = ctx;
  if (!stderr.isTerminal || ctx.quiet || ctx.json) return await work;
  let writing = Promise.resolve();
  let isShown = false;
  const show = (line: string) => {
    writing = writing.then(() => stderr.write(`\r${line}\x1b[K`)).catch(() => {});
  };
  const draw = (frame: number) => {
    isShown = true;
    show(`${FRAMES[frame % FRAMES.length]} ${text}`);
    cancel = clock.schedule(FRAME_MS, () => draw(frame + 1));
  };
  let cancel: CancelTimer = clock.schedule(QUIET_MS, () => draw(0));
  try {
    return await work;
  } finally {
    cancel();
    if (isShown) show("");
    await writing;
  }
}
