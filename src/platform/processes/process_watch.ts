import { background } from "../guarded.ts";
import { openLibc } from "../libc.ts";
import { isSameProcess, openPidfd, type ProcessIdentity } from "./process_identity.ts";

const POLL_IN = 1;
/** struct pollfd */
const ENTRY_BYTES = 8;
const COUNTER_BYTES = 8;
const NON_BLOCKING_CLOSE_ON_EXEC = 0x800 | 0x80000;
/** A signal may interrupt a wait; so many in a row are none. */
const MOST_FAILURES = 100;

/** Who is told by a {@linkcode ProcessWatch}. */
export interface ProcessListener {
  readonly onGone: (process: ProcessIdentity) => void;
  /** It watches nobody any more: somebody has to look. */
  readonly onBroken: () => void;
}

/** A process, and the descriptor that tells its end. */
interface Watched {
  readonly process: ProcessIdentity;
  readonly fd: number;
}

/** Tells the end of processes that are not our children, at once and without looking: by pidfd_open(2) and poll(2). */
export class ProcessWatch implements Disposable {
  readonly #listener: ProcessListener;
  readonly #watched = new Map<string, Watched>();
  /** Not to be closed while somebody waits for them. */
  readonly #stale: number[] = [];
  /** Wakes up who waits; -1 where there is no such thing. */
  #waker = -1;
  #isWaiting = false;
  #isBroken = false;
  #isClosed = false;

  constructor(listener: ProcessListener) {
    this.#listener = listener;
  }

  /**
   * From now on watches these and no others. False when that is not possible for each, one that has gone already among
   * them: then somebody has to look.
   */
  watch(processes: readonly ProcessIdentity[]): boolean {
    const wanted = new Map(processes.map((process) => [keyOf(process), process]));
    const before = this.#watched.size;
    const gone = [...this.#watched.keys()].filter((key) => !wanted.has(key));
    for (const key of gone) this.#forget(key);
    for (const [key, process] of wanted) if (!this.#watched.has(key)) this.#add(key, process);
    if (gone.length > 0 || this.#watched.size > before) this.#wake();
    return this.#watched.size === wanted.size;
  }

  /** Whether its end would be told; so it lives. */
  isWatched(process: ProcessIdentity): boolean {
    return this.#watched.has(keyOf(process));
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.watch([]);
    this.#tidyUp();
  }

  #add(key: string, process: ProcessIdentity): void {
    if (this.#isBroken || this.#isClosed) return;
    if (this.#waker < 0) this.#waker = openLibc().eventfd?.(0, NON_BLOCKING_CLOSE_ON_EXEC) ?? -1;
    const fd = this.#waker < 0 ? undefined : openPidfd(process.pid);
    if (fd === undefined || fd < 0) return;
    // From here on the descriptor means this process and no later one.
    if (isSameProcess(process)) this.#watched.set(key, { process, fd });
    else openLibc().close(fd);
  }

  #forget(key: string): void {
    this.#stale.push(this.#watched.get(key)!.fd);
    this.#watched.delete(key);
  }

  #wake(): void {
    const one = new Uint8Array(new BigUint64Array([1n]).buffer);
    if (this.#isWaiting) openLibc().write(this.#waker, one, BigInt(COUNTER_BYTES));
    else if (this.#watched.size > 0) this.#begin();
  }

  #begin(): void {
    this.#isWaiting = true;
    background("process_watch.wait", () => this.#wait(), () => {
      this.#isWaiting = false;
      this.#isBroken = true;
      this.watch([]);
      this.#tidyUp();
      this.#listener.onBroken();
    });
  }

  async #wait(): Promise<void> {
    for (let failures = 0; this.#watched.size > 0;) {
      const watched = [...this.#watched];
      const entries = toEntries([this.#waker, ...watched.map(([, { fd }]) => fd)]);
      const found = await openLibc().pollAside(entries, BigInt(watched.length + 1), -1);
      failures = found < 0 ? failures + 1 : 0;
      if (failures > MOST_FAILURES) throw new Error("poll(2) does not wait for processes");
      openLibc().read(this.#waker, new Uint8Array(COUNTER_BYTES), BigInt(COUNTER_BYTES));
      // Who has gone is readable.
      watched.filter((_, index) => found > 0 && isReadable(entries, index + 1))
        .forEach(([key, { process }]) => this.#tell(key, process));
      this.#closeStale();
    }
    this.#isWaiting = false;
    this.#tidyUp();
  }

  #tell(key: string, process: ProcessIdentity): void {
    if (!this.#watched.has(key)) return;
    this.#forget(key);
    this.#listener.onGone(process);
  }

  #closeStale(): void {
    for (const fd of this.#stale.splice(0)) openLibc().close(fd);
  }

  #tidyUp(): void {
    if (this.#isWaiting) return;
    this.#closeStale();
    if (this.#isClosed && this.#waker >= 0) openLibc().close(this.#waker);
    if (this.#isClosed) this.#waker = -1;
  }
}

function keyOf({ pid, startTime, bootId }: ProcessIdentity): string {
  return `${pid} ${startTime} ${bootId}`;
}

function toEntries(descriptors: readonly number[]): Uint8Array<ArrayBuffer> {
  const entries = new Uint8Array(descriptors.length * ENTRY_BYTES);
  const view = new DataView(entries.buffer);
  descriptors.forEach((fd, index) => {
    view.setInt32(index * ENTRY_BYTES, fd, true);
    view.setInt16(index * ENTRY_BYTES + 4, POLL_IN, true);
  });
  return entries;
}

function isReadable(entries: Uint8Array<ArrayBuffer>, index: number): boolean {
  const events = new DataView(entries.buffer).getInt16(index * ENTRY_BYTES + 6, true);
  return events !== 0;
}
