import { AppError } from "../../base/app_error.ts";
import { type Clock, delay } from "../../base/clock.ts";
import { failpoint } from "../failpoint.ts";
import { systemClock } from "../system_clock.ts";

/** How long accepting rests when the process or the system is out of descriptors. */
const ACCEPT_BACKOFF_MS = 100;

/** Options of {@linkcode listenUnix}. */
export interface ListenUnixOptions {
  clock?: Clock;
  /** Told of every failed accept, once for each rest. */
  onAcceptError?: (error: unknown) => void;
}

/**
 * Listens at `path`, for the owner only; what a dead daemon left there is removed. The caller knows that nobody listens,
 * by holding the daemon's lock. The socket is bound by its final name: cleaners of temporary files spare the names that
 * the kernel knows living sockets by.
 * @throws AppError `permission.not_a_socket` when something is there that is not a socket of ours
 */
export function listenUnix(path: string, options: ListenUnixOptions = {}): UnixListener {
  refuseUnlessSocketOfOurs(path);
  removeIfThere(path);
  const listener = Deno.listen({ transport: "unix", path });
  try {
    failpoint("socket.bound");
    Deno.chmodSync(path, 0o600);
    const { dev, ino } = Deno.lstatSync(path);
    failpoint("socket.in_place");
    return new UnixListener(path, listener, { ...options, inode: `${dev}:${ino}` });
  } catch (error) {
    listener.close();
    throw error;
  }
}

/** A listening socket; made by {@linkcode listenUnix}. Iterating accepts until it is closed. */
export class UnixListener implements AsyncDisposable {
  readonly path: string;
  readonly #listener: Deno.UnixListener;
  readonly #options: ListenUnixOptions & { inode: string };
  readonly #closed = new AbortController();
  #stopAccept = () => {};
  #accepting: Promise<unknown> = Promise.resolve();

  constructor(
    path: string,
    listener: Deno.UnixListener,
    options: ListenUnixOptions & { inode: string },
  ) {
    this.path = path;
    this.#listener = listener;
    this.#options = options;
  }

  /** Connections as they come; goes on after a failed accept, ends when the listener is closed. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Deno.UnixConn> {
    while (!this.#closed.signal.aborted) {
      const conn = await this.#accept();
      if (conn !== undefined) yield conn;
    }
  }

  async #accept(): Promise<Deno.UnixConn | undefined> {
    try {
      return await this.#acceptUntilClosed();
    } catch (error) {
      if (this.#closed.signal.aborted) return undefined;
      // EMFILE and its like end Deno's own iteration for good: the daemon would be alive but deaf.
      this.#options.onAcceptError?.(error);
      await delay(this.#options.clock ?? systemClock, ACCEPT_BACKOFF_MS, this.#closed.signal)
        .catch(() => undefined);
      return undefined;
    }
  }

  /** Undefined once we are closed, also when the listener itself is left open. */
  #acceptUntilClosed(): Promise<Deno.UnixConn | undefined> {
    const next = Promise.withResolvers<Deno.UnixConn | undefined>();
    this.#stopAccept = () => next.resolve(undefined);
    this.#accepting = this.#listener.accept().then((conn) => {
      if (this.#closed.signal.aborted) conn.close();
      next.resolve(this.#closed.signal.aborted ? undefined : conn);
    }, next.reject);
    return next.promise;
  }

  /** True while `path` is still this socket: somebody may have removed or replaced it. */
  isInPlace(): boolean {
    const info = lstatOrUndefined(this.path);
    return info !== undefined && `${info.dev}:${info.ino}` === this.#options.inode;
  }

  /**
   * Stops accepting and removes the path, unless it is somebody else's by now. Calling it again does nothing. Until it
   * resolves nobody else may bind the path.
   */
  async close(): Promise<void> {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort();
    this.#stopAccept();
    // Deno unlinks the path that it has bound, whoever's it is by then. Who has lost it to somebody else goes soon, and
    // nobody can connect any more: so the listener is left to the end of the process.
    if (!this.isInPlace() && lstatOrUndefined(this.path) !== undefined) return;
    this.#listener.close();
    // Only when the accept under way is over, too, does Deno unlink.
    await this.#accepting;
    failpoint("socket.removed");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/**
 * Removes what a dead daemon left at `path`; true when there was something. Leaves alone what is not a socket of ours.
 * The caller knows that nobody listens, by holding or having tried the daemon's lock.
 */
export function removeStaleSocket(path: string): boolean {
  const info = lstatOrUndefined(path);
  if (info === undefined || !isSocketOfOurs(info)) return false;
  return removeIfThere(path);
}

/** True when something is at `path` that is not a socket of ours: a link to one is not, either. */
export function isForeignAt(path: string): boolean {
  const info = lstatOrUndefined(path);
  return info !== undefined && !isSocketOfOurs(info);
}

function refuseUnlessSocketOfOurs(path: string): void {
  if (!isForeignAt(path)) return;
  throw new AppError(
    "permission.not_a_socket",
    `Cannot listen at ${JSON.stringify(path)}: something else is there`,
    { hint: "Look at it, and move it away if it is not needed" },
  );
}

function isSocketOfOurs(info: Deno.FileInfo): boolean {
  return info.isSocket === true && info.uid === Deno.uid();
}

function lstatOrUndefined(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function removeIfThere(path: string): boolean {
  try {
    Deno.removeSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
