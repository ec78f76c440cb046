import { AppError } from "../base/app_error.ts";
import { listNames } from "../platform/log_directory.ts";
import type { JobPlaces } from "./log_cursor.ts";
import { jobLogDirectory, runOfLogFile, type StreamName } from "./log_paths.ts";

/** Where something begins or ends in the streams that are wanted of a run. */
export type StreamOffsets = Readonly<Partial<Record<StreamName, number>>>;

/** A part of what a run wrote. */
export interface Stretch {
  readonly run: number;
  /** Of each wanted stream. */
  readonly from: StreamOffsets;
  /** Without a number, to the end of what is there. */
  readonly to: StreamOffsets;
}

/** What is to be read of a job from some place on. */
export interface Reading {
  readonly stretches: readonly Stretch[];
  /** Runs of which nothing is kept any more: nobody knows how much they wrote. */
  readonly lost: { readonly first: number; readonly last: number } | undefined;
}

/** Options of {@linkcode readingSince}. */
export interface ReadingOptions {
  readonly logsDir: string;
  readonly places: JobPlaces;
  /** The job's present or last run, 0 before the first. */
  readonly lastRun: number;
  readonly streams: readonly StreamName[];
}

/**
 * What came after the places, run by run.
 * @throws AppError `run.not_found` when they are of a run that the job has not had
 */
export function readingSince({ logsDir, places, lastRun, streams }: ReadingOptions): Reading {
  const firstRun = Math.max(1, Math.min(...streams.map((stream) => places[stream].run)));
  const { until } = places;
  const endRun = until ? Math.max(...streams.map((stream) => until[stream].run)) : lastRun;
  if (firstRun > Math.max(1, lastRun)) throw aheadOf(places.jobId, { firstRun, lastRun });
  const oldest = keptRuns(logsDir, places.jobId)[0] ?? lastRun;
  const stretches: Stretch[] = [];
  for (let run = Math.max(firstRun, oldest); run <= Math.min(endRun, lastRun); run++) {
    const wanted = streams.filter((stream) =>
      run >= places[stream].run && run <= (until?.[stream].run ?? run)
    );
    const offsetOf = (stream: StreamName) => run === places[stream].run ? places[stream].offset : 0;
    const endOf = (stream: StreamName) =>
      run === until?.[stream].run ? until[stream].offset : undefined;
    if (wanted.length > 0) {
      stretches.push({ run, from: each(wanted, offsetOf), to: each(wanted, endOf) });
    }
  }
  const last = Math.min(oldest - 1, endRun);
  return { stretches, lost: firstRun <= last ? { first: firstRun, last } : undefined };
}

function each(
  streams: readonly StreamName[],
  valueOf: (stream: StreamName) => number | undefined,
): StreamOffsets {
  const pairs = streams.map((stream) => [stream, valueOf(stream)]);
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
}

/** The runs of which there are files, in their order; those before them were removed. */
export function keptRuns(logsDir: string, jobId: string): number[] {
  const runs = listNames(jobLogDirectory(logsDir, jobId)).map(runOfLogFile);
  return [...new Set(runs.filter((run) => run !== undefined))].sort((a, b) => a - b);
}

function aheadOf(
  jobId: string,
  { firstRun, lastRun }: { firstRun: number; lastRun: number },
): AppError {
  const has = lastRun === 0 ? "which has not run yet" : `of which the last is run ${lastRun}`;
  return new AppError("run.not_found", `The cursor is of run ${firstRun} of job ${jobId}, ${has}`, {
    hint: 'It is of another job, or of other days; --cursor "" begins',
  });
}
