import { Descriptors } from "./descriptors.ts";
import { errnoName, lastErrno, openDescriptor, OpenFlag, openLibc, toCString } from "../libc.ts";
import { LEAST_FREE } from "./posix_spawn.ts";
import { spawnFailed } from "./spawn_failure.ts";

/** Both ends of a pipe, as descriptors. */
export interface OutputPipe {
  readonly read: number;
  readonly write: number;
}

/** Whoever a job becomes may open its `/dev/stdout`; nobody else finds what has no name. */
const MODE = 0o622;

/**
 * Makes a pipe that is called `path` and is not there: the name is taken away at once. It is what the system calls the
 * pipe in the lists of open files, by which those who still hold it are found. Both ends are closed with `descriptors`.
 * @throws AppError `job.spawn_failed`
 */
export function openOutputPipe(descriptors: Descriptors, path: string): OutputPipe {
  const symbols = openLibc();
  try {
    symbols.unlink(toCString(path));
    if (symbols.mkfifo(toCString(path), 0o600) !== 0) throw failure(path);
    return openBothEnds(descriptors, path, MODE);
  } finally {
    symbols.unlink(toCString(path));
  }
}

/**
 * Opens both ends of the FIFO at `path`, in the way of none that a child is given; they are closed with `descriptors`.
 * @throws AppError `job.spawn_failed`
 */
export function openBothEnds(
  descriptors: Descriptors,
  path: string,
  mode?: number,
): OutputPipe {
  using meanwhile = new Descriptors();
  // For both first, because an end waits for its other when it is opened.
  const both = openHigh(meanwhile, path, OpenFlag.readWrite);
  if (mode !== undefined) openLibc().fchmod(both, mode);
  return {
    read: openHigh(descriptors, path, OpenFlag.readOnly),
    write: openHigh(descriptors, path, OpenFlag.writeOnly),
  };
}

/** A descriptor that is in the way of none that a child is given. */
function openHigh(descriptors: Descriptors, path: string, access: number): number {
  using low = new Descriptors();
  for (;;) {
    const fd = openDescriptor(path, access | OpenFlag.noFollow);
    if (fd < 0) throw failure(path);
    if (fd >= LEAST_FREE) return descriptors.keep(fd);
    low.keep(fd);
  }
}

function failure(path: string): Error {
  return spawnFailed(`no pipe "${path}" (${errnoName(lastErrno())})`);
}
