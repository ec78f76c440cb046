/** What is measured side by side: imp, and the tools that do a part of the same. */
import type { Box } from "../support/box.ts";

/** A tool with its daemon running, in a box of its own; everything of it has ended after its scope. */
export interface Contender extends AsyncDisposable {
  readonly name: string;
  readonly box: Box;
  /** The command that asks its daemon the shortest question. */
  readonly ask: readonly string[];
  /** The command that lists the jobs. */
  readonly list: readonly string[];
  /**
   * Starts this many jobs that do nothing, in the fastest way the tool has for its user; resolves when their processes
   * are there.
   */
  startJobs(count: number): Promise<void>;
  /** Ends all jobs and resolves when their processes are gone. */
  stopJobs(): Promise<void>;
  daemonPids(): Promise<number[]>;
}

/** How to get a contender; undefined where it is not installed. */
export interface ContenderKind {
  readonly name: string;
  /** The program that must be in the folder's `bin/`. */
  readonly program: string;
  open(peersFolder: string): Promise<Contender | undefined>;
}

/** The processes of the jobs that {@linkcode Contender.startJobs} has started. */
export async function jobProcesses(box: Box): Promise<number[]> {
  return (await box.processes()).filter(({ command }) => /^(\S*\/)?sleep 10\d+$/.test(command))
    .map(({ pid }) => pid);
}

/** The command line of job number `index`; no two are the same. */
export function jobCommand(index: number): string[] {
  return ["/bin/sleep", String(1_000_000 + index)];
}
