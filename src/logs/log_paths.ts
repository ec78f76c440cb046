/**
 * `logs/` knows the output files of runs: where they are, how to read, follow, merge, bound and remove them. A job
 * writes them by itself (O_APPEND, no daemon in between); here they are only read, and cut at the front.
 *
 * **Offsets** are logical: they count from the first byte that the run ever wrote, and stay true when the front of the
 * file is cut off. `physical = logical - base`, and what is before `first` is gone. Both numbers are in the stream's
 * `.base` file, which is there once something was cut. Without it both are 0.
 *
 * **Cutting while others read and the job writes** is a sequence lock with the `.base` file as its counter. The daemon
 * is the only one to cut:
 * 1. it writes the *intent*: a new generation, the new `first`, how many bytes it is about to remove, the file's size
 *    now, and fingerprints of the 4 KiB at the front and of the 4 KiB after the cut;
 * 2. it cuts: the file becomes shorter ("collapsed": `base` grows by the bytes), or its front becomes a hole
 *    ("punched": `base` stays): where the file system can do no better, and while the job writes so fast that it would
 *    have to wait for the disk; such a hole collapses at a quieter time;
 * 3. it writes the *result*: a new generation without an intent.
 *
 * A reader reads the `.base` file, then the data, then the `.base` file again; when both were equal, no cut came
 * between. From the moment of the intent it hands out nothing before the new `first`, so it never sees a hole. While
 * there is an intent without a result (the daemon is between 1 and 3, or was killed there) it finds out by itself
 * whether the cut was made: the file begins with the fingerprint of what came after the cut, or does not. Where both
 * fingerprints are the same (output that repeats itself) a file that is shorter than at the intent has been cut. The
 * next daemon writes the missing result.
 *
 * `first` is the beginning of a line where there is one within reach, so that no reader begins with half a line.
 */

/** The files of one run. */
export interface RunLogPaths {
  stdout: string;
  stderr: string;
  /** When the streams had which size: time_index.ts. */
  ticks: string;
  stdoutBase: string;
  stderrBase: string;
}

/** The two streams of a run. What is missing from them stands beside their files: drops.ts. */
export type StreamName = "stdout" | "stderr";

/** Where the output of run number `run` of a job is. */
export function runLogPaths(logsDir: string, jobId: string, run: number): RunLogPaths {
  const prefix = `${jobLogDirectory(logsDir, jobId)}/${run}`;
  return {
    stdout: `${prefix}.stdout.log`,
    stderr: `${prefix}.stderr.log`,
    ticks: `${prefix}.ticks`,
    stdoutBase: `${prefix}.stdout.base`,
    stderrBase: `${prefix}.stderr.base`,
  };
}

/** The directory of a job's output. */
export function jobLogDirectory(logsDir: string, jobId: string): string {
  return `${logsDir}/${jobId}`;
}

/** The `.base` file that belongs to a stream's `.log` file. */
export function basePathOf(streamPath: string): string {
  return streamPath.replace(/\.log$/, "") + ".base";
}

/** The number of the run that a file in a job's directory belongs to, or undefined for other files. */
export function runOfLogFile(name: string): number | undefined {
  const match = /^([1-9]\d{0,9})\.(?:ticks|std(?:out|err)\.(?:log|base|drops(?:\.\d{1,15}|\.\?)?))$/
    .exec(name);
  return match ? Number(match[1]) : undefined;
}
