/** What a run of the torture did, for the figures. */
export interface TortureReport {
  commands: number;
  /** Commands whose client was killed, or whose daemon went away under them. */
  unheard: number;
  /** Commands that were refused because the disk was full. */
  refused: number;
  /** Of the project's file. */
  projectCommands: number;
  /** How often what it needs became ready, or was no more. */
  flips: number;
  daemonKills: number;
  daemonStops: number;
  takeovers: number;
  /** Deaths after which the state was spoiled. */
  spoiledStates: number;
  fullDisks: number;
  clockJumps: number;
  /** Processes that were left in the end, and how often it was looked that no job had those of two runs. */
  left: number;
  looks: number;
  /** Jobs of which the lease, or that there is none, was compared. */
  leases: number;
  /** Runs that were compared, and how many of them began on a day that is not today. */
  runs: number;
  runsOnOtherDays: number;
}

/** A report of nothing yet. */
export function createReport(): TortureReport {
  return {
    commands: 0,
    unheard: 0,
    refused: 0,
    projectCommands: 0,
    flips: 0,
    daemonKills: 0,
    daemonStops: 0,
    takeovers: 0,
    spoiledStates: 0,
    fullDisks: 0,
    clockJumps: 0,
    left: 0,
    looks: 0,
    leases: 0,
    runs: 0,
    runsOnOtherDays: 0,
  };
}

/** Adds what another run did. */
export function addReport(total: TortureReport, report: TortureReport): void {
  for (const key of Object.keys(total) as (keyof TortureReport)[]) total[key] += report[key];
}
