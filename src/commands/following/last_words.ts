import type { JobView } from "../../protocol/job_view.ts";
import type { CommandContext, OutputStream } from "../frame/command.ts";
import { livingContext } from "../frame/living_context.ts";

/** So many lines tell as a rule why it failed. */
export const MOST_LAST_WORDS = 20;

/** What a run has printed last, on both streams, as people read it; empty where nothing of it can be read. */
export async function lastWords(ctx: CommandContext, job: JobView): Promise<string[]> {
  const { showLogs } = await import("./show_logs.ts");
  const { LogWriter } = await import("../output/log_writer.ts");
  const decoder = new TextDecoder();
  let text = "";
  const stdout: OutputStream = {
    ...{ isTerminal: false, columns: 80, rows: 24 },
    write: (data) => {
      text += typeof data === "string" ? data : decoder.decode(data, { stream: true });
      return Promise.resolve();
    },
  };
  // Not copied: what is behind its getters is not made before it is asked for.
  const aside: CommandContext = Object.create(await livingContext(ctx), {
    stdout: { value: stdout },
    json: { value: false },
  });
  const writer = new LogWriter(aside, {});
  const query = { lines: MOST_LAST_WORDS };
  await showLogs(aside, [{ job, run: job.run }], { query, writer }).catch(() => {});
  return text === "" ? [] : text.trimEnd().split("\n");
}
