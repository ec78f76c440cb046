/** After so many looks everybody is looked at again: a pid may have been given to another process. */
const FORGET_AFTER_LOOKS = 10;

/**
 * Processes that belong to none of the trees that are sampled again and again. A process does not join a tree later
 * than at its birth, so that of a busy machine only the few that are new or ours need a look each time.
 */
export class Strangers {
  #pids = new Set<number>();
  #roots = "";
  #looks = 0;

  /** Whom the next look at the trees with these roots can do without. */
  before(roots: readonly (readonly number[])[]): ReadonlySet<number> {
    const key = roots.join();
    if (key !== this.#roots || ++this.#looks > FORGET_AFTER_LOOKS) {
      this.#roots = key;
      this.#looks = 0;
      this.#pids.clear();
    }
    return this.#pids;
  }

  /** Who was looked at, and who of them belongs to a tree. */
  after(seen: Iterable<number>, members: ReadonlySet<number>): void {
    for (const pid of seen) if (!members.has(pid)) this.#pids.add(pid);
  }
}
