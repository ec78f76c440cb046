import { failpoint } from "./failpoint.ts";

/** Told what was thrown where nobody waits for it, and by which entry. Must not throw. */
export type ReportFailure = (entry: string, error: unknown) => void;

let report: ReportFailure | undefined;

/** What `error` and `unhandledrejection` are called in a report: an entry that has no guard of its own. */
const UNGUARDED = "unguarded";

/**
 * From now on, until disposed of, what is thrown in a {@linkcode guarded} entry of this process is told to `reporter`
 * and ends there. What slips past every guard is caught in a last net and told too: this process lives on. For the
 * daemon; a client has no door, and a failure there ends it as ever.
 */
export function holdDoor(reporter: ReportFailure): Disposable {
  const onError = (event: ErrorEvent) => {
    event.preventDefault();
    reporter(UNGUARDED, event.error ?? event.message);
  };
  const onRejection = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    reporter(UNGUARDED, event.reason);
  };
  report = reporter;
  globalThis.addEventListener("error", onError);
  globalThis.addEventListener("unhandledrejection", onRejection);
  return {
    [Symbol.dispose]() {
      report = undefined;
      globalThis.removeEventListener("error", onError);
      globalThis.removeEventListener("unhandledrejection", onRejection);
    },
  };
}

/**
 * `fn` as whoever has no caller of ours to throw to may call it: a timer, a listener, a signal. What it throws, or its
 * promise rejects with, is reported under the name `entry`; then `onFailure` sees to what must go on all the same, such
 * as the next look of a loop. Without a {@linkcode holdDoor} it is thrown as ever. `IMP_FAIL=guard.<entry>:error` makes
 * it fail before it does anything.
 */
export function guarded<Args extends unknown[]>(
  entry: string,
  fn: (...args: Args) => unknown,
  onFailure?: (error: unknown) => unknown,
): (...args: Args) => void {
  const point = `guard.${entry}`;
  return (...args) => {
    try {
      failpoint(point);
      const result = fn(...args);
      if (result instanceof Promise) result.catch((error) => failed(entry, error, onFailure));
    } catch (error) {
      if (report === undefined) throw error;
      failed(entry, error, onFailure);
    }
  };
}

/**
 * Does `work` that nobody waits for, guarded as by {@linkcode guarded}. Resolves when it is over, and so is `onFailure`
 * if it failed; rejects only where nobody holds the door.
 */
export async function background(
  entry: string,
  work: () => unknown,
  onFailure?: (error: unknown) => unknown,
): Promise<void> {
  try {
    failpoint(`guard.${entry}`);
    await work();
  } catch (error) {
    await failed(entry, error, onFailure);
  }
}

async function failed(
  entry: string,
  error: unknown,
  onFailure: ((error: unknown) => unknown) | undefined,
): Promise<void> {
  if (report === undefined) throw error;
  report(entry, error);
  try {
    await onFailure?.(error);
  } catch (second) {
    report?.(entry, second);
  }
}
