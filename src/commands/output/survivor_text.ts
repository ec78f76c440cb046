import { escapeLabel } from "../../base/terminal_text.ts";
import type { Survivor } from "../../protocol/process_view.ts";
import type { CommandContext } from "../frame/command.ts";
import { writeNote } from "../frame/write.ts";

/** Names what could not be ended, one a line on stderr. */
export async function writeSurvivors(
  ctx: CommandContext,
  survivors: readonly Survivor[] | undefined,
): Promise<void> {
  for (const survivor of survivors ?? []) await writeNote(ctx, describeSurvivor(survivor));
}

/** `Process 4711 of job V3x is still there: server (user root)`. */
export function describeSurvivor({ job_id, pid, command, user }: Survivor): string {
  if (pid === 0) {
    return `A process that may not be looked at still holds the output of job ${job_id}`;
  }
  const whose = user === undefined ? "" : ` (user ${escapeLabel(user)})`;
  return `Process ${pid} of job ${job_id} is still there: ${escapeLabel(command)}${whose}`;
}
