import { AppError } from "../base/app_error.ts";
import { type NamedSignal, nameOfSignal, readSignal, type SignalSystem } from "../base/signals.ts";

const SYSTEM: SignalSystem = Deno.build.os === "darwin" ? "darwin" : "linux";

/**
 * Reads `TERM`, `SIGTERM`, `sigterm` or `15`, on Linux also `RTMIN+3`.
 * @throws AppError `usage.bad_signal`
 */
export function parseSignal(text: string): NamedSignal {
  const signal = readSignal(text, SYSTEM);
  if (signal !== undefined) return signal;
  throw new AppError("usage.bad_signal", `Not a signal: ${JSON.stringify(text)}`, {
    hint: "Use a name such as TERM, HUP or USR1, or its number",
  });
}

/** The number that this system gives to a signal that it has. */
export function signalNumber(name: string): number {
  return parseSignal(name).number;
}

/** Whether this system has a signal that is written so. */
export function isSignal(text: string): boolean {
  return readSignal(text, SYSTEM) !== undefined;
}

/** `SIGTERM` for 15; undefined for what is no signal here. */
export function signalName(number: number): string | undefined {
  return nameOfSignal(number, SYSTEM);
}
