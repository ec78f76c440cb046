/** The only polling in the tests, for facts of the operating system that no event tells. */

const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 100;

/** Long enough for a busy machine; a deadline is there to fail, not to measure. */
export const DEADLINE_MS = 60_000;

/** Options of {@linkcode eventually}. */
export interface EventuallyOptions {
  readonly deadlineMs?: number;
  /** What to tell beside the name when it never came true. */
  readonly explain?: () => string | Promise<string>;
}

/**
 * Asks `probe` until it returns something other than false or undefined, and returns that. A probe that throws has
 * not come true yet.
 */
export async function eventually<T>(
  name: string,
  probe: () => T | Promise<T>,
  options: EventuallyOptions = {},
): Promise<Exclude<T, false | undefined>> {
  const deadlineMs = options.deadlineMs ?? DEADLINE_MS;
  const startedAtMs = performance.now();
  let failure: unknown;
  for (let pauseMs = FIRST_PAUSE_MS;; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      const value = await probe();
      if (value !== false && value !== undefined) return value as Exclude<T, false | undefined>;
      failure = undefined;
    } catch (error) {
      failure = error;
    }
    if (performance.now() - startedAtMs > deadlineMs) break;
    await pause(pauseMs);
  }
  const told = await options.explain?.();
  throw new Error(`Never came true within ${deadlineMs} ms: ${name}${told ? `\n${told}` : ""}`, {
    cause: failure,
  });
}

/** Fails with `name` when `promise` takes longer than the deadline. */
export async function withDeadline<T>(
  name: string,
  promise: Promise<T>,
  options: EventuallyOptions = {},
): Promise<T> {
  const deadlineMs = options.deadlineMs ?? DEADLINE_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), deadlineMs);
  });
  try {
    const first = await Promise.race([promise, late]);
    if (first !== "late") return first as T;
  } finally {
    clearTimeout(timer);
  }
  promise.catch(() => {});
  const told = await options.explain?.();
  throw new Error(`Took more than ${deadlineMs} ms: ${name}${told ? `\n${told}` : ""}`);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
