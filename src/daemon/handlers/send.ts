import { decodeBase64 } from "@std/encoding/base64";
import { AppError } from "../../base/app_error.ts";
import { writeFifo } from "../../platform/fifo.ts";
import type { Handler } from "../handler.ts";
import { stdinPathOf } from "../os_run_host.ts";

/** Writes bytes to the stdin of a job that was started with one. */
export const handleSend: Handler<"send"> = async (
  { job: reference, data_base64 },
  parts,
  { signal },
) => {
  const job = parts.supervisor.resolve(reference);
  const called = job.record.name ?? job.id;
  if (!job.isLive) {
    throw new AppError("job.not_up", `Cannot send to job ${called}: it is not up`, {
      hint: `Start it first: imp start ${called}`,
    });
  }
  if (!job.record.stdin) {
    throw new AppError(
      "job.no_stdin",
      `Cannot send to job ${called}: it was started without a stdin`,
      {
        hint: "Add it with --stdin",
      },
    );
  }
  const bytes = decodeBase64(data_base64);
  await writeFifo(stdinPathOf(parts.paths, job.run!.runId), bytes, signal);
  return { bytes: bytes.length };
};
