/**
 * Lets one waiter sleep until any of several things has happened. Unlike `Promise.race` with promises that live long,
 * waiting again and again leaves nothing behind in them.
 */
export class Wakeup {
  #isPending = false;
  #resolve: (() => void) | undefined;

  /** Ends the wait, or the next one when nobody waits now. */
  readonly notify = (): void => {
    const resolve = this.#resolve;
    this.#resolve = undefined;
    if (resolve === undefined) this.#isPending = true;
    else resolve();
  };

  /** Resolves at the next `notify`, at once when there was one since the last wait. One waiter at a time. */
  wait(): Promise<void> {
    if (this.#isPending) {
      this.#isPending = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => this.#resolve = resolve);
  }
}
