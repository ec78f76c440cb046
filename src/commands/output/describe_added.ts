import type { AddReply } from "../../protocol/request.ts";
import { formatCommand } from "./format_command.ts";
import { nameJob } from "./job_text.ts";

/** What became of a request to run something. */
export function describeAdded({ action, job }: AddReply): string {
  const command = formatCommand(job.command);
  switch (action) {
    case "created":
      return `Added job ${nameJob(job)} running: ${command}`;
    case "started":
      return `Started job ${nameJob(job)} again (run ${job.run}): ${command}`;
    case "joined":
      return `Job ${nameJob(job)} is already up` +
        `${job.pid === null ? "" : ` (pid ${job.pid})`}: ${command}`;
  }
}
