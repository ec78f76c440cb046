import { constants } from "node:os";
import { AppError } from "../base/app_error.ts";

/** A signal by both of its names. */
export interface NamedSignal {
  /** With `SIG`; `SIGRTMIN+3` for those without a name of their own. */
  readonly name: string;
  readonly number: number;
}

const NUMBERS: ReadonlyMap<string, number> = new Map(Object.entries(constants.signals));
/** The first name wins: `SIGIOT`, `SIGPOLL` and `SIGUNUSED` are only other words. */
const NAMES: ReadonlyMap<number, string> = new Map(
  [...NUMBERS].reverse().map(([name, number]) => [number, name]),
);

const FIRST_REALTIME = 34;
const LAST_REALTIME = Deno.build.os === "linux" ? 64 : 0;

/**
 * Reads `TERM`, `SIGTERM`, `sigterm` or `15`, on Linux also `RTMIN+3`.
 * @throws AppError `usage.bad_signal`
 */
export function parseSignal(text: string): NamedSignal {
  const number = /^\d{1,3}$/.test(text) ? Number(text) : numberOf(text.toUpperCase());
  const name = number === undefined ? undefined : signalName(number);
  if (number !== undefined && name !== undefined) return { name, number };
  throw new AppError("usage.bad_signal", `Not a signal: ${JSON.stringify(text)}`, {
    hint: "Use a name such as TERM, HUP or USR1, or its number",
  });
}

function numberOf(word: string): number | undefined {
  const name = word.startsWith("SIG") ? word : `SIG${word}`;
  const realtime = /^SIGRTMIN(?:\+(\d{1,2}))?$/.exec(name);
  if (realtime) return FIRST_REALTIME + Number(realtime[1] ?? 0);
  return NUMBERS.get(name);
}

/** `SIGTERM` for 15; undefined for what is no signal here. */
export function signalName(number: number): string | undefined {
  const name = NAMES.get(number);
  if (name !== undefined) return name;
  if (number < FIRST_REALTIME || number > LAST_REALTIME) return undefined;
  return number === FIRST_REALTIME ? "SIGRTMIN" : `SIGRTMIN+${number - FIRST_REALTIME}`;
}

/** The signal that ended a process with this exit code by the shell's convention, 128 + its number. */
export function signalOfExitCode(code: number): string | undefined {
  return code > 128 ? signalName(code - 128) : undefined;
}

/** Calls `fn` at every such signal until disposed of. */
export function onSignal(name: Deno.Signal, fn: () => void): Disposable {
  Deno.addSignalListener(name, fn);
  return { [Symbol.dispose]: () => Deno.removeSignalListener(name, fn) };
}
