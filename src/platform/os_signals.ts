/** A signal by both of its names. */
export interface NamedSignal {
  /** With `SIG`. */
  readonly name: Deno.Signal;
  readonly number: number;
}

/**
 * Reads `TERM`, `SIGTERM`, `sigterm` or `15`.
 * @throws AppError `usage.bad_signal`
 */
export function parseSignal(_text: string): NamedSignal {
  throw new Error("not there yet");
}

/** `SIGTERM` for 15; undefined for what is no signal here. */
export function signalName(_number: number): Deno.Signal | undefined {
  throw new Error("not there yet");
}

/** Calls `fn` at every such signal until disposed of. */
export function onSignal(_name: Deno.Signal, _fn: () => void): Disposable {
  throw new Error("not there yet");
}
