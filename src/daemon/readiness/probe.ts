/** What one try of a probe found. */
export type ProbeAnswer =
  | { readonly isReady: true }
  /** In a few words for people. */
  | { readonly isReady: false; readonly why: string };

/** Looks once; ends what it has begun when `signal` is aborted. Rejects when it could not even look. */
export type Try = (signal: AbortSignal) => Promise<ProbeAnswer>;

/** One way to find out whether a run serves. Remembers what it needs from one try to the next. */
export interface Probe extends Disposable {
  readonly try: Try;
}

/** It serves. */
export const READY: ProbeAnswer = { isReady: true };

/** It does not, as far as one try can tell. */
export function notReady(why: string): ProbeAnswer {
  return { isReady: false, why };
}
