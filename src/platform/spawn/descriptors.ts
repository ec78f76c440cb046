import { errnoName, lastErrno, openDescriptor, openLibc } from "../libc.ts";
import { spawnFailed } from "./spawn_failure.ts";

/** Descriptors of ours that are closed at the end of the scope, when those who are to have them have been started. */
export class Descriptors implements Disposable {
  readonly #opened: number[] = [];

  /** Takes one on. */
  keep(fd: number): number {
    this.#opened.push(fd);
    return fd;
  }

  /**
   * Opens a file, for nobody who does not ask for it.
   * @throws AppError `job.spawn_failed`
   */
  open(path: string, flags: number): number {
    const fd = openDescriptor(path, flags);
    if (fd < 0) throw spawnFailed(`cannot open "${path}" (${errnoName(lastErrno())})`);
    return this.keep(fd);
  }

  [Symbol.dispose](): void {
    for (const fd of this.#opened) openLibc().close(fd);
  }
}
