import type { ProcessIdentity } from "../../src/platform/processes/process_identity.ts";
import type { ProcessListener } from "../../src/platform/processes/process_watch.ts";

/** Tells the end of processes when a test says so. */
export class FakeProcessWatch implements Disposable {
  listener: ProcessListener | undefined;
  /** Whether the system can tell. */
  canTell = true;
  watched: readonly ProcessIdentity[] = [];

  watch(processes: readonly ProcessIdentity[]): boolean {
    this.watched = processes;
    return this.canTell || processes.length === 0;
  }

  isWatched(): boolean {
    return false;
  }

  [Symbol.dispose](): void {
    this.watched = [];
  }
}
