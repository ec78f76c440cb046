import type { TerminalSize } from "../../base/terminal_size.ts";
import { OpenFlag, openLibc, toCString } from "../libc.ts";
import { endPathOf } from "../run_directory.ts";
import type { Descriptors } from "./descriptors.ts";
import { type HolderOptions, keeperMark } from "./keeper.ts";
import { openBothEnds } from "./output_pipe.ts";
import { spawnFailed } from "./spawn_failure.ts";

/** What {@linkcode openRunStdin} needs. */
export interface RunStdinOptions {
  readonly stateDir: string;
  readonly runId: string;
  readonly stdinPath?: string | undefined;
  readonly terminal?: TerminalSize | undefined;
}

/** What a run reads from, as descriptors. */
export interface RunStdin {
  readonly read: number;
  /** Held by all who are to keep the stdin from its end as long as they live. */
  readonly lifeline?: number;
  /** What its holder is to be given. */
  readonly holder?: HolderOptions;
}

/**
 * Opens the stdin of a run; closed with `descriptors`. That of a terminal has no end: what types there ends with its run.
 * @throws AppError `job.spawn_failed`
 */
export function openRunStdin(
  descriptors: Descriptors,
  { stdinPath, terminal, ...run }: RunStdinOptions,
): RunStdin {
  if (stdinPath === undefined) return { read: descriptors.open("/dev/null", OpenFlag.readOnly) };
  makeFifo(stdinPath);
  if (terminal !== undefined) {
    return { read: descriptors.open(stdinPath, OpenFlag.readWrite | OpenFlag.noFollow) };
  }
  const endPath = endPathOf(stdinPath);
  makeFifo(endPath);
  const stdin = openBothEnds(descriptors, stdinPath);
  const lifeline = openBothEnds(descriptors, endPath);
  const mark = keeperMark({ ...run, stream: "stdin" });
  return {
    read: stdin.read,
    lifeline: lifeline.write,
    holder: { mark, input: lifeline.read, held: stdin.write },
  };
}

function makeFifo(path: string): void {
  if (openLibc().mkfifo(toCString(path), 0o600) !== 0 && !isFifo(path)) {
    throw spawnFailed(`"${path}" is there and is no FIFO`);
  }
}

function isFifo(path: string): boolean {
  try {
    return Deno.lstatSync(path).isFifo === true;
  } catch {
    return false;
  }
}
