import { ExitCode } from "../../base/exit_code.ts";
import { TakenTerminal } from "../../platform/taken_terminal.ts";
import type { CommandContext } from "../frame/command.ts";
import { writeNote } from "../frame/write.ts";
import { callJob, nameJob } from "../output/job_text.ts";
import { type AttachEnd, type AttachOptions, AttachSession } from "./attach_session.ts";
import { endRun } from "./follow_to_end.ts";
import { formatStatus } from "../../view/status_words.ts";

/** What the shell says for who lost its terminal. */
const HUNG_UP = 129;

/**
 * Gives a job our terminal until its run ends, or the user takes it back; resolves with the exit code.
 * @throws the reason of `limit` when that is aborted before
 */
export async function attachToTerminal(
  ctx: CommandContext,
  options: Omit<AttachOptions, "terminal"> & { readonly limit?: AbortSignal },
): Promise<number> {
  const { end, notices } = await shareTerminal(ctx, options);
  for (const each of notices) await writeNote(ctx, each);
  const { client, job, isNew, limit } = options;
  if (end.type === "cut_off") limit?.throwIfAborted();
  if (end.type === "cut_off") return end.exitCode;
  if (end.type === "detached") {
    const comeBack = `come back with: imp attach ${callJob(job)}`;
    await writeNote(ctx, `Detached from job ${nameJob(job)}, which goes on; ${comeBack}`);
    return 0;
  }
  const { job: ended } = end;
  // Who has just started it knows what it is.
  if (!isNew) await writeNote(ctx, `Job ${nameJob(ended)} has ended: ${formatStatus(ended)}`);
  return await endRun(ctx, client, ended);
}

async function shareTerminal(
  ctx: CommandContext,
  { limit, ...options }: Omit<AttachOptions, "terminal"> & { readonly limit?: AbortSignal },
): Promise<{ end: AttachEnd; notices: readonly string[] }> {
  using taken = TakenTerminal.open();
  const terminal = {
    size: () => taken.size(),
    write: (data: string | Uint8Array) => ctx.stdout.write(data),
  };
  using session = new AttachSession(ctx, { ...options, terminal });
  taken.onLeave(() => session.leaving());
  taken.onChange(() => session.resize());
  taken.onEnd((exitCode) => session.cutOff(exitCode));
  limit?.addEventListener("abort", () => session.cutOff(ExitCode.timedOut), { once: true });
  const failed = Promise.withResolvers<never>();
  typeAll(taken, session).catch((error) => failed.reject(error));
  const end = await Promise.race([session.run(), failed.promise]);
  return { end, notices: session.notices };
}

/** Passes on what is typed for as long as there is a terminal. */
async function typeAll(terminal: TakenTerminal, session: AttachSession): Promise<void> {
  for await (const bytes of terminal.keys()) session.type(bytes);
  session.cutOff(HUNG_UP);
}
