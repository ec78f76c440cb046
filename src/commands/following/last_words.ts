import type { JobView } from "../../protocol/job_view.ts";
import type { CommandContext } from "../frame/command.ts";
import { linesAsText } from "./lines_as_text.ts";

/** So many lines tell as a rule why it failed. */
export const MOST_LAST_WORDS = 20;

/**
 * The last lines that a run has printed, on both streams, as people read them; none where nothing of it can be read.
 */
export async function lastWords(
  ctx: CommandContext,
  job: JobView,
  lines: number = MOST_LAST_WORDS,
): Promise<string[]> {
  const { showLogs } = await import("./show_logs.ts");
  return await linesAsText(ctx, async ({ ctx: aside, writer }) => {
    await showLogs(aside, [{ job, run: job.run }], { query: { lines }, writer }).catch(() => {});
  });
}
