import { errnoName, lastErrno, openLibc, toCString } from "../libc.ts";
import type { ChangeSource, SourceChange, WatchRefusal } from "./change_source.ts";

/** inotify(7). */
const IN = {
  attrib: 0x4,
  closeWrite: 0x8,
  movedFrom: 0x40,
  movedTo: 0x80,
  create: 0x100,
  delete: 0x200,
  deleteSelf: 0x400,
  moveSelf: 0x800,
  unmount: 0x2000,
  overflow: 0x4000,
  ignored: 0x8000,
  onlyDirectory: 0x1000000,
  isDirectory: 0x40000000,
} as const;

/** Not each write: a file counts when who has written it lets go of it. */
const MASK = IN.attrib | IN.closeWrite | IN.movedFrom | IN.movedTo | IN.create | IN.delete |
  IN.deleteSelf | IN.moveSelf | IN.onlyDirectory;
const SELF_IS_GONE = IN.deleteSelf | IN.moveSelf | IN.unmount | IN.ignored;

const NON_BLOCKING_CLOSE_ON_EXEC = 0x800 | 0x80000;
const POLL_IN = 1;
const HEADER_BYTES = 16;
const BUFFER_BYTES = 64 * 1_024;
/** So much is read before anybody else has a turn. */
const MOST_READS = 16;
/** Never changes: what its watch tells is that we have taken that away. */
const STILL = "/dev/null";

const decoder = new TextDecoder();

/**
 * Linux tells by inotify. Not by way of `Deno.watchFs`, which resolves the path of each event against each directory
 * that anybody watches: with 1,000 of them 2,000 writes took 12 s of a core; and which opens what it tells of, so that a
 * FIFO holds it up.
 */
export class InotifySource implements ChangeSource {
  readonly #fd: number;
  readonly #still: number;
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  readonly #watchOf = new Map<string, number>();
  /** One directory may have several paths. */
  readonly #pathsOf = new Map<number, Set<string>>();
  #isReading = false;
  #isClosed = false;

  private constructor(fd: number, still: number) {
    this.#fd = fd;
    this.#still = still;
  }

  static open(): InotifySource | WatchRefusal {
    const fd = openLibc().inotify_init1!(NON_BLOCKING_CLOSE_ON_EXEC);
    if (fd < 0) return refusalOf(lastErrno());
    const still = addWatch(fd, STILL, IN.deleteSelf);
    if (still >= 0) return new InotifySource(fd, still);
    const refusal = refusalOf(lastErrno());
    openLibc().close(fd);
    return refusal;
  }

  add(directory: string): WatchRefusal | undefined {
    if (this.#watchOf.has(directory)) return undefined;
    const watch = addWatch(this.#fd, directory, MASK);
    if (watch < 0) return refusalOf(lastErrno());
    this.#watchOf.set(directory, watch);
    const paths = this.#pathsOf.get(watch) ?? new Set();
    this.#pathsOf.set(watch, paths.add(directory));
    return undefined;
  }

  remove(directory: string): void {
    const watch = this.#watchOf.get(directory);
    if (watch === undefined) return;
    this.#watchOf.delete(directory);
    const paths = this.#pathsOf.get(watch);
    paths?.delete(directory);
    if (paths?.size !== 0) return;
    this.#pathsOf.delete(watch);
    openLibc().inotify_rm_watch!(this.#fd, watch);
  }

  async read(): Promise<readonly SourceChange[] | undefined> {
    if (this.#isClosed) return undefined;
    this.#isReading = true;
    await this.#somethingIsThere();
    this.#isReading = false;
    if (!this.#isClosed) return this.#drain();
    openLibc().close(this.#fd);
    return undefined;
  }

  /** Who is reading wakes up, and closes it. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#isReading) openLibc().inotify_rm_watch!(this.#fd, this.#still);
    else openLibc().close(this.#fd);
  }

  async #somethingIsThere(): Promise<void> {
    // struct pollfd
    const entry = new Uint8Array(8);
    const view = new DataView(entry.buffer);
    view.setInt32(0, this.#fd, true);
    view.setInt16(4, POLL_IN, true);
    await openLibc().pollAside(entry, 1n, -1);
  }

  #drain(): SourceChange[] {
    const changes: SourceChange[] = [];
    for (let reads = 0; reads < MOST_READS; reads++) {
      const size = Number(openLibc().read(this.#fd, this.#buffer, BigInt(BUFFER_BYTES)));
      if (size <= 0) break;
      this.#parse(size, changes);
    }
    return changes;
  }

  #parse(size: number, changes: SourceChange[]): void {
    const view = new DataView(this.#buffer.buffer);
    for (let at = 0; at + HEADER_BYTES <= size;) {
      const [watch, mask, length] = [
        view.getInt32(at, true),
        view.getUint32(at + 4, true),
        view.getUint32(at + 12, true),
      ];
      const name = this.#buffer.subarray(at + HEADER_BYTES, at + HEADER_BYTES + length);
      at += HEADER_BYTES + length;
      if (mask & IN.overflow) changes.push("overflow");
      else this.#tell(watch, { mask, name: textOf(name) }, changes);
    }
  }

  #tell(watch: number, { mask, name }: { mask: number; name: string }, to: SourceChange[]): void {
    const isSelf = name === "";
    const isGone = (mask & (isSelf ? SELF_IS_GONE : IN.movedFrom | IN.delete)) !== 0;
    if (isSelf && !isGone) return;
    const isDirectory = isSelf || (mask & IN.isDirectory) !== 0;
    for (const directory of this.#pathsOf.get(watch) ?? []) {
      to.push({ directory, name, isDirectory, isGone });
      if (mask & IN.ignored) this.#watchOf.delete(directory);
    }
    if (mask & IN.ignored) this.#pathsOf.delete(watch);
  }
}

function addWatch(fd: number, path: string, mask: number): number {
  return openLibc().inotify_add_watch!(fd, toCString(path), mask);
}

/** Names are filled up with NULs. */
function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end));
}

function refusalOf(errno: number): WatchRefusal {
  switch (errnoName(errno)) {
    case "ENOENT":
    case "ENOTDIR":
    case "ELOOP":
      return "gone";
    case "EACCES":
    case "EPERM":
      return "denied";
    case "ENOSPC":
    case "EMFILE":
    case "ENFILE":
    case "ENOMEM":
      return "limit";
  }
  return "unavailable";
}
