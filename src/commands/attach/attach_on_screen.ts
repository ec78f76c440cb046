import type { CommandContext } from "../frame/command.ts";
import { callJob, nameJob } from "../output/job_text.ts";
import { type AttachOptions, AttachSession } from "./attach_session.ts";
import { formatStatus } from "../../view/status_words.ts";

/** A session as `imp tui` takes it, which has the terminal and reads from it: how it ended becomes words. */
export function attachOnScreen(
  ctx: CommandContext,
  { client, job, terminal }: Omit<AttachOptions, "isNew">,
) {
  const session = new AttachSession(ctx, { client, job, terminal, isNew: false });
  return {
    async run(): Promise<string> {
      const end = await session.run();
      return end.type === "ended"
        ? `${nameJob(end.job)} has ended: ${formatStatus(end.job)}`
        : `Detached from ${callJob(job)}, which goes on`;
    },
    type: (bytes: Uint8Array) => session.type(bytes),
    resize: () => session.resize(),
    leaving: () => session.leaving(),
    [Symbol.dispose]: () => session[Symbol.dispose](),
  };
}
