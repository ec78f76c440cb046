import type { JobView } from "../../protocol/job_view.ts";
import type { CommandContext } from "../frame/command.ts";
import { writeNote } from "../frame/write.ts";
import { nameJob } from "./job_text.ts";

/** What a job declares: `http http://localhost:20123/ (auto)`, `pg 5432 (nobody listens)`. */
export function formatPorts({ ports_declared = [], status }: JobView): string | undefined {
  if (ports_declared.length === 0) return undefined;
  return ports_declared.map(({ name, port, auto, listening, url, moved_from }) => {
    if (port === null) return `${name} (found at its start)`;
    const isQuiet = listening === false && status === "running";
    const moved = moved_from === undefined ? [] : [`others hold ${moved_from}`];
    const notes = [...auto ? ["auto"] : [], ...moved, ...isQuiet ? ["nobody listens"] : []];
    return `${name} ${url ?? port}${notes.length === 0 ? "" : ` (${notes.join(", ")})`}`;
  }).join(", ");
}

/** Says on stderr which ports were found for jobs that were just started, or which of them are others than before. */
export async function tellPorts(
  ctx: CommandContext,
  jobs: readonly JobView[],
  { tellsAll = false }: { readonly tellsAll?: boolean } = {},
): Promise<void> {
  for (const job of jobs) {
    for (const { name, port, auto, url, moved_from } of job.ports_declared ?? []) {
      if (!auto || port === null) continue;
      if (moved_from !== undefined) {
        const why = `others hold ${moved_from}`;
        await writeNote(ctx, `Port ${name} of job ${nameJob(job)} is ${port} from now on: ${why}`);
      } else if (tellsAll) {
        await writeNote(ctx, `Port ${name} is ${port}${url === null ? "" : `: ${url}`}`);
      }
    }
  }
}
