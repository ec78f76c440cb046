import { runOnTerminal } from "../../platform/run_on_terminal.ts";
import { selfCommand } from "../../platform/self.ts";
import type { CommandContext } from "../frame/command.ts";

/** `PAGER` may be a program with its flags. */
const PAGE = '"$@" | ${PAGER:-less}';

/** Shows all that is kept of a run in the user's pager, until that is left. */
export async function pageOutput(
  ctx: CommandContext,
  { jobId, run }: { readonly jobId: string; readonly run: number },
): Promise<void> {
  const words = ["logs", "--daemon-id", ctx.daemonId, "--run", String(run), "-n", "all", jobId];
  await runOnTerminal(PAGE, [...selfCommand(), ...words]);
}
