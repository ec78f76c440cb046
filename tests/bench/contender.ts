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
  /** Starts jobs in the fastest way the tool has for its user; resolves when the processes of sleepers are there. */
  startJobs(jobs: readonly BenchJob[]): Promise<void>;
  /** Ends all jobs and resolves when the processes of sleepers are gone. */
  stopJobs(): Promise<void>;
  daemonPids(): Promise<number[]>;
  /** Brings a daemon back that was killed, in the way its user would. */
  reviveDaemon(): Promise<void>;
  /** What its list tells of the jobs. */
  listJobs(): Promise<ListedJob[]>;
}

/** How to get a contender; undefined where it is not installed. */
export interface ContenderKind {
  readonly name: string;
  /** The program that must be in the folder's `bin/`. */
  readonly program: string;
  open(peersFolder: string): Promise<Contender | undefined>;
}

/** A job to start. Its number is the last word of its command and in no other job's; no word needs quoting. */
export interface BenchJob {
  readonly number: number;
  readonly name: string;
  readonly command: readonly string[];
}

/** A job in a tool's list, as far as it is told. */
export interface ListedJob {
  readonly number: number;
  readonly isUp: boolean;
  readonly pid?: number | undefined;
  readonly exitCode?: number | undefined;
}

/** More than one start or stop may take. */
export const MOST_TIME_MS = 30_000;

const SLEEP = "/bin/sleep";
const FIRST_NUMBER = 1_000_000;

/** Job `index`, which runs `program`; without one it sleeps. */
export function benchJob(index: number, program = SLEEP): BenchJob {
  const number = FIRST_NUMBER + index;
  return { number, name: `j${number}`, command: [program, String(number)] };
}

/** Jobs that sleep, numbered from `first`. */
export function sleepers(count: number, first = 0): BenchJob[] {
  return Array.from({ length: count }, (_, index) => benchJob(first + index));
}

/** How many of them sleep. */
export function countSleepers(jobs: readonly BenchJob[]): number {
  return jobs.filter(({ command }) => command[0] === SLEEP).length;
}

/** The number of the first job that a text names. */
export function jobNumberIn(text: string): number {
  const found = /\bj?(1\d{6})\b/.exec(text)?.[1];
  if (found === undefined) throw new Error(`No job is named in: ${text}`);
  return Number(found);
}

/** A sleeping process of a job. */
export interface SleeperProcess {
  readonly pid: number;
  readonly number: number;
}

/** The processes of the jobs of a box that sleep, whatever their first program was. */
export async function sleeperProcesses(box: Box): Promise<SleeperProcess[]> {
  return (await box.processes()).flatMap(({ pid, command }) => {
    const number = /^(?:\S*\/)?sleep (1\d{6})$/.exec(command)?.[1];
    return number === undefined ? [] : [{ pid, number: Number(number) }];
  });
}
