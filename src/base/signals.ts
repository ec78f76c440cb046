/** A signal by both of its names. */
export interface NamedSignal {
  /** With `SIG`; `SIGRTMIN+3` for those without a name of their own. */
  readonly name: string;
  readonly number: number;
}

/** The systems whose signals are known. */
export type SignalSystem = "linux" | "darwin";

/** By number, from 1; the second word of a pair is only another name for the first (signal(7), signal(3) on macOS). */
const WORDS: Readonly<Record<SignalSystem, string>> = {
  linux: "HUP INT QUIT ILL TRAP ABRT/IOT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD " +
    "CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO/POLL PWR SYS/UNUSED",
  darwin: "HUP INT QUIT ILL TRAP ABRT/IOT EMT FPE KILL BUS SEGV SYS PIPE ALRM TERM URG STOP TSTP " +
    "CONT CHLD TTIN TTOU IO XCPU XFSZ VTALRM PROF WINCH INFO USR1 USR2",
};

const FIRST_REALTIME = 34;
const LAST_REALTIME: Readonly<Record<SignalSystem, number>> = { linux: 64, darwin: 0 };

/** Reads `TERM`, `SIGTERM`, `sigterm` or `15`, on Linux also `RTMIN+3`; undefined for what is no signal there. */
export function readSignal(text: string, system: SignalSystem): NamedSignal | undefined {
  const number = /^\d{1,3}$/.test(text) ? Number(text) : numberOf(text.toUpperCase(), system);
  const name = number === undefined ? undefined : nameOfSignal(number, system);
  return number !== undefined && name !== undefined ? { name, number } : undefined;
}

/** `SIGTERM` for 15; undefined for what is no signal there. */
export function nameOfSignal(number: number, system: SignalSystem): string | undefined {
  const word = WORDS[system].split(" ")[number - 1];
  if (word !== undefined) return `SIG${word.split("/")[0]}`;
  if (!(number >= FIRST_REALTIME && number <= LAST_REALTIME[system])) return undefined;
  return number === FIRST_REALTIME ? "SIGRTMIN" : `SIGRTMIN+${number - FIRST_REALTIME}`;
}

function numberOf(word: string, system: SignalSystem): number | undefined {
  const name = word.startsWith("SIG") ? word.slice(3) : word;
  const realtime = /^RTMIN(?:\+(\d{1,2}))?$/.exec(name);
  if (realtime) return FIRST_REALTIME + Number(realtime[1] ?? 0);
  const index = WORDS[system].split(" ").findIndex((each) => each.split("/").includes(name));
  return index < 0 ? undefined : index + 1;
}
