import type { Clock } from "../base/clock.ts";
import { stdinReaderOf } from "../platform/spawn/job_terminal.ts";
import { AppError } from "../base/app_error.ts";
import { formatRunSpec } from "../facts/run_spec.ts";
import { hasFifoAsStdin, isStdinInPlace, relinkStdin } from "../platform/fifo.ts";
import { fingerprintOf, kindOf } from "../platform/file_kind.ts";
import { relinkLog } from "../platform/spawn/relink_log.ts";
import type { Store } from "../store/store.ts";
import { type Ground, GroundMaker } from "../lifecycle/ground.ts";
import {
  createStandingGrounds,
  type StandingGroundsOptions,
} from "../lifecycle/standing_grounds.ts";
import type { Job } from "./jobs/job.ts";
import type { RunHost, StrayLog } from "./runs/run_host.ts";
import { stdinPathOf } from "../platform/run_directory.ts";
import { runDirOf } from "./runs/os_run_host.ts";
import type { Supervisor } from "./jobs/supervisor.ts";

/** What the grounds of a daemon are made of. */
export interface DaemonGroundsOptions extends StandingGroundsOptions {
  readonly clock: Clock;
  readonly store: Store;
  readonly writeDaemonJson: () => void;
  readonly writeStatusJson: () => void;
  readonly host: RunHost;
  readonly supervisor: Supervisor;
}

/** Everything that a daemon stands on, as it is now, each before what depends on it. */
export function createDaemonGrounds(options: DaemonGroundsOptions): () => Ground[] {
  const maker = new GroundMaker(options.clock);
  const standing = [
    ...createStandingGrounds(maker, options),
    storeGround(maker, options),
    ...fileGrounds(maker, options),
  ];
  return () => [
    ...standing,
    ...liveJobs(options).flatMap((job) => runGrounds(maker, options, job)),
  ];
}

/** The jobs with a run that goes on. */
export function liveJobs({ supervisor }: Pick<DaemonGroundsOptions, "supervisor">): Job[] {
  return supervisor.activeJobs.filter((job) => job.isLive);
}

/** The store knows best whose files are in its place, and moves them aside by itself. */
function storeGround(maker: GroundMaker, { paths, store }: DaemonGroundsOptions): Ground {
  const path = paths.database;
  const ground = maker.make({ path, isSound: () => store.isInPlace(), remake: () => {} });
  return {
    ...ground,
    mend: () => {
      const moved = store.remake();
      if (moved.length === 0) return "";
      return `; what was in its place is now ${
        moved.map((each) => JSON.stringify(each)).join(", ")
      }`;
    },
  };
}

function fileGrounds(maker: GroundMaker, options: DaemonGroundsOptions): Ground[] {
  const { daemonJson, statusJson } = options.paths;
  let print = fingerprintOf(daemonJson);
  return [
    maker.make({
      path: daemonJson,
      isSound: () => print !== undefined && fingerprintOf(daemonJson) === print,
      keeps: "file",
      remake: () => {
        options.writeDaemonJson();
        print = fingerprintOf(daemonJson);
      },
    }),
    maker.make({
      path: statusJson,
      isSound: () => kindOf(statusJson) === "file",
      remake: () => {
        options.writeStatusJson();
        if (kindOf(statusJson) !== "file") throw new Error("it cannot be written");
      },
    }),
  ];
}

/** What a live run needs: its directory, for the end to be written down in, its stdin, and its output. */
function runGrounds(maker: GroundMaker, options: DaemonGroundsOptions, job: Job): Ground[] {
  const { host, paths } = options;
  const run = job.run!;
  // Of one that is being started, or whose shim was killed, there is nothing to be made again.
  if (run.shim === null || !host.isAlive(run.shim)) return [];
  const { pid } = run.shim;
  const dir = runDirOf(paths, run.runId);
  const stdin = stdinPathOf(paths, run.runId);
  const { stdout, stderr } = host.files(job.id, run.run);
  const strays = host.strayLogs(run);
  return [
    maker.make({
      path: dir,
      isSound: () => host.isWhole(run.runId),
      keeps: "directory",
      remake: () => host.remake(run.runId, formatRunSpec(job.record, run)),
    }),
    ...(job.record.stdin || job.record.tty) && hasStdin(stdin, pid)
      ? [maker.make({
        path: stdin,
        isSound: () => isStdinInPlace(stdin),
        remake: () => relinkStdin(stdin, stdinReaderOf(pid)),
      })]
      : [],
    ...[stdout, stderr].map((path) => outputGround(maker, { path, job, strays })),
  ];
}

/** What a run has is what it was started with, whatever its job is defined as by now. */
function hasStdin(path: string, shimPid: number): boolean {
  return isStdinInPlace(path) || hasFifoAsStdin(stdinReaderOf(shimPid));
}

/** A log that was moved away gets its name back; one that has none any more cannot be given one. */
function outputGround(
  maker: GroundMaker,
  { path, job, strays }: { path: string; job: Job; strays: readonly StrayLog[] },
): Ground {
  const stray = strays.find((each) => each.path === path);
  const name = stray?.name ?? null;
  const ground = maker.make({
    path,
    isSound: () => stray === undefined && kindOf(path) === "file",
    remake: () => relinkLog(name!, path),
  });
  return {
    ...ground,
    mend: () => {
      if (name !== null) return ground.mend();
      const called = job.record.name ?? job.id;
      throw new AppError(
        "job.output_removed",
        `what job "${called}" prints is lost until its restart`,
      );
    },
  };
}
