import type { Clock } from "../base/clock.ts";
import { stdinReaderOf } from "../platform/spawn/job_terminal.ts";
import { AppError } from "../base/app_error.ts";
import { formatRunSpec } from "../facts/run_spec.ts";
import { hasFifoAsStdin, isStdinInPlace, relinkStdin } from "../platform/fifo.ts";
import { fileIdOf, fingerprintOf, kindOf } from "../platform/file_kind.ts";
import { relinkLog } from "../platform/spawn/relink_log.ts";
import type { RunRecord, Store } from "../store/store.ts";
import { type Ground, GroundMaker } from "../lifecycle/ground.ts";
import {
  createStandingGrounds,
  type StandingGroundsOptions,
} from "../lifecycle/standing_grounds.ts";
import type { Job } from "./jobs/job.ts";
import type { RunHost } from "./runs/run_host.ts";
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
  // Made once for each run: with hundreds of runs, making them is most of a look.
  let kept = new Map<RunRecord, Ground[]>();
  return () => {
    const jobs = liveJobs(options);
    kept = new Map(jobs.map((job) => [
      job.run!,
      kept.get(job.run!) ?? runGrounds(maker, options, job),
    ]));
    return [...standing, ...[...kept.values()].flat()];
  };
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
  const { shim } = run;
  if (shim === null) return [];
  const dir = runDirOf(paths, run.runId);
  const stdin = stdinPathOf(paths, run.runId);
  const { stdout, stderr } = host.files(job.id, run.run);
  // Asked only where something is not as it should be: for what is well, it would cost most of the look.
  const isGone = () => !host.isAlive(shim);
  return [
    maker.make({
      path: dir,
      isSound: () => host.isWhole(run.runId) || isGone(),
      keeps: "directory",
      remake: () => host.remake(run.runId, formatRunSpec(job.record, run)),
    }),
    maker.make({
      path: stdin,
      // What a run has is what it was started with, whatever its job is defined as by now.
      isSound: () =>
        !mayHaveStdin(job) || isStdinInPlace(stdin) || isGone() ||
        !hasFifoAsStdin(stdinReaderOf(shim.pid)),
      remake: () => relinkStdin(stdin, stdinReaderOf(shim.pid)),
    }),
    ...[stdout, stderr].map((path) =>
      outputGround(maker, {
        path,
        job,
        isGone,
        nameOfStray: () => host.strayLogs(run).find((each) => each.path === path)?.name,
      })
    ),
  ];
}

function mayHaveStdin({ record: { stdin, tty } }: Job): boolean {
  return stdin || tty;
}

/** What {@linkcode outputGround} looks with. */
interface OutputGroundOptions {
  readonly path: string;
  readonly job: Job;
  readonly isGone: () => boolean;
  /** What the file is called that its keeper writes to instead: null without a name, undefined when there is none. */
  readonly nameOfStray: () => string | null | undefined;
}

/** A log that was moved away gets its name back; one that has none any more cannot be given one. */
function outputGround(
  maker: GroundMaker,
  { path, job, isGone, nameOfStray }: OutputGroundOptions,
): Ground {
  // Which file it was when all was looked at and well. That is open as long as its keeper lives: until then no other
  // gets its number.
  let known: string | undefined;
  const ground = maker.make({
    path,
    isSound: () => {
      const id = fileIdOf(path);
      if (id !== undefined && id === known) return true;
      known = undefined;
      if (isGone()) return true;
      if (nameOfStray() !== undefined || kindOf(path) !== "file") return false;
      known = id;
      return true;
    },
    remake: () => relinkLog(nameOfStray()!, path),
  });
  return {
    ...ground,
    mend: () => {
      if (typeof nameOfStray() === "string") return ground.mend();
      const called = job.record.name ?? job.id;
      throw new AppError(
        "job.output_removed",
        `what job "${called}" prints is lost until its restart`,
      );
    },
  };
}
