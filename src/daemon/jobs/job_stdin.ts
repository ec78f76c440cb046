import { AppError } from "../../base/app_error.ts";
import type { Clock } from "../../base/clock.ts";
import { hasFifoAsStdin, isStdinInPlace, relinkStdin } from "../../platform/fifo.ts";
import { StdinWriter } from "../../platform/stdin_writer.ts";
import type { ImpPaths } from "../../platform/paths.ts";
import { hasTerminal, stdinReaderOf } from "../../platform/spawn/job_terminal.ts";
import { keeperMark } from "../../platform/spawn/keeper.ts";
import {
  endStdin,
  type StdinEnd,
  stdinEndless,
  stdinStateOf,
} from "../../platform/spawn/stdin_end.ts";
import { stateDirMark } from "../../platform/processes/run_marks.ts";
import { stdinEndPathOf, stdinPathOf } from "../../platform/run_directory.ts";
import type { Job } from "./job.ts";

/** What a client sends. */
export interface Sending {
  readonly bytes: Uint8Array;
  /** Nothing more comes behind them. */
  readonly eof: boolean;
  /** Meant for that run and for no other. */
  readonly runId?: string | undefined;
  /** Aborted when it is not to be sent any more. */
  readonly signal: AbortSignal;
}

/** What writing to the stdin of jobs needs. */
export interface JobStdinParts {
  readonly paths: Pick<ImpPaths, "stateDir" | "runsDir">;
  readonly clock: Clock;
}

/** What types Ctrl+D. */
const CTRL_D = Uint8Array.of(0x04);

/** The last of those who wait for their turn at a FIFO, by its path: what one sends is not torn apart by another. */
const turns = new Map<string, Promise<void>>();

/**
 * Sends to the stdin of a job's run; with no bytes and no end it only looks whether that can be done. The id of the run.
 * @throws AppError `job.not_up`, `job.no_stdin`, `job.stdin_closed`, `job.stdin_ended`, `job.stdin_endless`
 */
export async function sendToJob(
  job: Job,
  { bytes, eof, runId, signal }: Sending,
  parts: JobStdinParts,
): Promise<string> {
  const stdin = new RunStdin(job, parts);
  if (runId !== undefined && runId !== stdin.runId) throw stdin.otherRun();
  if (bytes.length > 0 || !eof) stdin.expectOpen();
  if (eof) stdin.expectEnd();
  await inTurn(stdin.path, async () => {
    if (bytes.length > 0) {
      // Somebody may have ended it meanwhile.
      stdin.expectOpen();
      await stdin.write(bytes, signal);
    }
    if (eof) await stdin.end(signal);
  });
  return stdin.runId;
}

async function inTurn(path: string, act: () => Promise<void>): Promise<void> {
  const before = turns.get(path) ?? Promise.resolve();
  const turn = before.then(act);
  const over = turn.catch(() => {});
  turns.set(path, over);
  try {
    await turn;
  } finally {
    if (turns.get(path) === over) turns.delete(path);
  }
}

/** The stdin of the current run of a job. */
class RunStdin {
  readonly runId: string;
  readonly path: string;
  readonly #job: Job;
  readonly #clock: Clock;
  readonly #end: StdinEnd;

  constructor(job: Job, { paths, clock }: JobStdinParts) {
    this.#job = job;
    this.#clock = clock;
    if (!job.isLive) throw this.#notUp();
    this.runId = job.run!.runId;
    this.path = stdinPathOf(paths, this.runId);
    const shimPid = job.run!.shim?.pid;
    this.#seePlace(shimPid);
    const mark = { stateDir: stateDirMark(paths), runId: this.runId, stream: "stdin" } as const;
    this.#end = { path: stdinEndPathOf(paths, this.runId), shimPid, mark: keeperMark(mark) };
  }

  expectOpen(): void {
    if (stdinStateOf(this.#end) !== "ended") return;
    throw new AppError("job.stdin_ended", `The stdin of job ${this.#called} has ended`, {
      hint: `Start it again for another: imp restart ${this.#called}`,
    });
  }

  /** Before anything is sent that would have no end. */
  expectEnd(): void {
    if (!this.#isTerminal && stdinStateOf(this.#end) === "endless") throw stdinEndless();
  }

  async write(bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    using writer = StdinWriter.open(this.path);
    const isOver = () => !this.#job.isLive || this.#job.run?.runId !== this.runId;
    await writer.write(bytes, { clock: this.#clock, signal, isOver });
  }

  async end(signal: AbortSignal): Promise<void> {
    if (this.#isTerminal) await this.write(CTRL_D, signal);
    else await endStdin(this.#end, this.#clock);
  }

  otherRun(): AppError {
    return new AppError(
      "job.stdin_closed",
      `The run of job ${this.#called} that this was meant for is over`,
    );
  }

  get #called(): string {
    return this.#job.record.name ?? this.#job.id;
  }

  get #isTerminal(): boolean {
    return hasTerminal(this.#job.run!.shim?.pid) ?? this.#job.record.tty;
  }

  /** What the run has it was started with, whatever its job is defined as by now. */
  #seePlace(shimPid: number | undefined): void {
    if (isStdinInPlace(this.path)) return;
    if (shimPid !== undefined && hasFifoAsStdin(stdinReaderOf(shimPid))) {
      return relinkStdin(this.path, stdinReaderOf(shimPid));
    }
    throw new AppError(
      "job.no_stdin",
      `Cannot send to job ${this.#called}: it was started without a stdin`,
      { hint: "Add it with --stdin, or with --tty" },
    );
  }

  #notUp(): AppError {
    return new AppError("job.not_up", `Cannot send to job ${this.#called}: it is not up`, {
      hint: `Start it first: imp start ${this.#called}`,
    });
  }
}
