import { AppError } from "../../base/app_error.ts";
import { unlessAborted } from "../../base/unless_aborted.ts";
import type { DaemonClient } from "../../client/client.ts";
import { stdinPathOf } from "../../platform/run_directory.ts";
import { StdinWriter } from "../../platform/stdin_writer.ts";
import type { CommandContext } from "./command.ts";

/** The stdin of a run, which a client writes to by itself: the daemon may come and go meanwhile. */
export interface RunStdin {
  readonly job: string;
  readonly runId: string;
  readonly writer: StdinWriter;
}

/** How often the end is told anew when the daemon is lost over it. */
const MOST_TRIES = 3;

/**
 * Opens the stdin of a job's run, of `runId` if that is told.
 * @throws AppError `job.not_up`, `job.no_stdin`, `job.stdin_closed`, `job.stdin_ended`, `version.too_old`
 */
export async function openJobStdin(
  ctx: CommandContext,
  client: DaemonClient,
  { job, runId }: { readonly job: string; readonly runId?: string | undefined },
): Promise<RunStdin> {
  const { expectCapability } = await import("../../client/expect_capability.ts");
  expectCapability(client.hello, "send_eof", "pass a stdin on to a job");
  // Without bytes it tells whether they could be sent, and whose they would be.
  const payload = { job, data_base64: "", ...runId !== undefined && { run_id: runId } };
  const { run_id = "" } = await client.request("send", payload);
  return { job, runId: run_id, writer: StdinWriter.open(stdinPathOf(ctx.paths, run_id)) };
}

/**
 * Writes all of `source` into a stdin, no faster than it is read. Rejects with the signal's reason when it is aborted
 * first, what the source throws, and
 * @throws AppError `job.stdin_closed`
 */
export async function passOn(
  { clock }: CommandContext,
  { source, signal, writer }: {
    readonly source: AsyncIterable<Uint8Array>;
    readonly signal: AbortSignal;
    readonly writer: Pick<StdinWriter, "write">;
  },
): Promise<void> {
  // Who types may take as long as he likes.
  await unlessAborted(writeAll(source, (bytes) => writer.write(bytes, { clock, signal })), signal);
}

async function writeAll(
  source: AsyncIterable<Uint8Array>,
  write: (bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  for await (const bytes of source) await write(bytes);
}

/** Ends the stdin of that run, also when the daemon is lost meanwhile: told twice it is the same. */
export async function endJobStdin(
  ctx: CommandContext,
  client: DaemonClient,
  { job, runId }: Pick<RunStdin, "job" | "runId">,
): Promise<void> {
  const payload = { job, data_base64: "", eof: true, run_id: runId };
  let current = client;
  for (let left = MOST_TRIES;; left--) {
    try {
      await current.request("send", payload);
      return;
    } catch (error) {
      if (left === 1 || !isLost(error)) throw error;
      current = await ctx.connect({ mayStart: true });
    }
  }
}

function isLost(error: unknown): boolean {
  return error instanceof AppError && error.code === "daemon.connection_lost";
}
