/** One line of the process table. */
export interface ProcessEntry {
  readonly pid: number;
  readonly ppid: number;
  readonly pgrp: number;
  readonly session: number;
  /** `R`, `S`, `D`, `T`, `Z`, … */
  readonly state: string;
  /** As the platform counts it; of two of one boot the smaller number is the older. */
  readonly startTime: string;
  readonly comm: string;
}

/** True for what has ended and only waits for its parent to notice. */
export function isZombie(entry: ProcessEntry): boolean {
  return entry.state === "Z" || entry.state === "X";
}
