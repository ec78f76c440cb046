import { ExitCode } from "../../base/exit_code.ts";
import { parseSignal } from "../../platform/os_signals.ts";

/** How something ended, as the protocol says it. */
export interface End {
  readonly code: number | null;
  readonly signal: string | null;
}

/** The exit code for a caller: the command's own, 128+N after a signal, 1 when it is not known. */
export function exitCodeOfEnd({ code, signal }: End): number {
  if (code !== null) return code;
  return signal === null ? ExitCode.failed : 128 + signalNumber(signal);
}

function signalNumber(name: string): number {
  try {
    return parseSignal(name).number;
  } catch {
    return 0;
  }
}
