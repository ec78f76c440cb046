import type { Hearing } from "./model.ts";

/** How a command ended, and whether the disk was full at any time of its life. */
export interface Ended {
  readonly code: number;
  readonly signal: string | null;
  readonly stderr: string;
  readonly wasFull: boolean;
}

/** What is known of a command by its end; `isDone` where its own code says that it was carried out. */
export function hearingOf({ signal, stderr, wasFull }: Ended, isDone: boolean): Hearing {
  if (signal === null && isDone) return "heard";
  return wasFull && /full|space/i.test(stderr) ? "refused" : "unheard";
}

/** A client whose daemon is killed or stopped under it may say so; nothing else. */
export function isExcused({ code, signal, stderr }: Ended): boolean {
  if (signal === "SIGKILL" || code === 137) return true;
  return code === 69 || code === 6 && /taken/.test(stderr) ||
    /connection|daemon|shutting down|taken over/i.test(stderr);
}
