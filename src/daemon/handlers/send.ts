import { decodeBase64 } from "@std/encoding/base64";
import type { Handler } from "./handler.ts";
import { sendToJob } from "../jobs/job_stdin.ts";

/** Writes bytes to the stdin of a job that was started with one, or ends it. */
export const handleSend: Handler<"send", "supervisor" | "paths" | "clock"> = async (
  { job, data_base64, eof = false, run_id: runId },
  parts,
  { signal },
) => {
  const bytes = decodeBase64(data_base64);
  const sending = { bytes, eof, runId, signal };
  const run_id = await sendToJob(parts.supervisor.resolve(job), sending, parts);
  return { bytes: bytes.length, run_id };
};
