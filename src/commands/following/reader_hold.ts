import { toRunId } from "../../base/ids.ts";
import type { DaemonClient } from "../../client/client.ts";
import type { StreamName } from "../../logs/log_paths.ts";

/** How much is read between two words to the daemon. */
const STEP_BYTES = 4 * 1024 * 1024;

/** Tells the daemon how far a run has been read, so that it does not cut off what has not been. */
export class ReaderHold {
  readonly #runId: string;
  #client: DaemonClient;
  readonly #offsets = { stdout: 0, stderr: 0 };
  #told = 0;

  constructor(client: DaemonClient, jobId: string, run: number) {
    this.#client = client;
    this.#runId = toRunId(jobId, run);
    this.#tell();
  }

  /** Everything before `offset` was read. */
  advance(stream: StreamName, offset: number): void {
    this.#offsets[stream] = offset;
    if (this.#offsets.stdout + this.#offsets.stderr >= this.#told + STEP_BYTES) this.#tell();
  }

  /** Another daemon, or another connection: it has to be told, too. */
  moveTo(client: DaemonClient): void {
    this.#client = client;
    this.#tell();
  }

  #tell(): void {
    const { stdout, stderr } = this.#offsets;
    this.#told = stdout + stderr;
    this.#client.request("hold", {
      run_id: this.#runId,
      stdout_offset: stdout,
      stderr_offset: stderr,
    }).catch(() => {
      // A hold is a favour: without it, what was cut off is told as a gap.
    });
  }
}
