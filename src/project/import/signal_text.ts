import { readSignal } from "../../base/signals.ts";

/** A signal by its name, as one writes it in imp.yaml: `TERM`; undefined for what is none. */
export function signalText(text: string): string | undefined {
  return readSignal(text.trim(), "linux")?.name.slice("SIG".length);
}
