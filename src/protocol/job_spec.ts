import * as z from "zod/mini";
import { FileWatch } from "./file_watch.ts";
import { Standing, Surroundings, TerminalSize } from "./job_place.ts";
import { LeaseWish, Owner } from "./owner.ts";
import { HealthCheck, ReadyCheck } from "./readiness.ts";
import { Schedule } from "./schedule.ts";
import * as v from "./values.ts";

/** What of an environment was given by hand, and not inherited: names of variables, and files that some are from. */
export const GivenEnvironment = z.object({
  names: v.VariableNames,
  files: z.array(v.AbsolutePath, "must be a list of paths"),
}, "must be names and files");
export type GivenEnvironment = z.infer<typeof GivenEnvironment>;

/** What to run and how, as `run` and `add` ask for it. The environment is the client's, whole. */
export const JobSpec = z.object({
  command: v.CommandLine,
  workdir: v.AbsolutePath,
  env: v.Environment,
  /** What of it was given by hand; of no use to the job, and what `get_definition` tells. */
  given_env: z.optional(GivenEnvironment),
  /** The client's umask, which the job gets. */
  umask: v.Umask,
  name: z.optional(v.JobName),
  description: z.optional(v.Description),
  restart: z.optional(v.RestartPolicy),
  stop_signal: z.optional(v.SignalWord),
  stop_timeout_ms: z.optional(v.Milliseconds),
  /** argv of what asks it to stop in place of the signal: run where the job is, with its environment. */
  stop_command: z.optional(v.CommandLine),
  stdin: z.optional(v.Flag),
  /** Gives the job a terminal of its own, and with it a stdin. */
  tty: z.optional(v.Flag),
  /** Of that terminal; 80×24 where nobody says. */
  terminal_size: z.optional(TerminalSize),
  /** What it is to listen on: refused while others hold it. The job is told by variables; see PROTOCOL.md. */
  ports: z.optional(v.Ports),
  /** What makes its runs ready; without it, that they are there 300 ms after their start. */
  ready: z.optional(ReadyCheck),
  /** What its runs are asked again and again once they are ready. */
  health: z.optional(HealthCheck),
  /** When it is started by itself, from now on: a start that comes while it is up is left out. */
  schedule: z.optional(Schedule),
  /** Of all its processes together: what needs more is ended with KILL, and counts as failed. */
  memory_limit_bytes: z.optional(v.MemoryLimit),
  /** In place of the daemon's own settings. */
  log_max_bytes: z.optional(v.LogBound),
  runs_kept: z.optional(v.RunsKept),
  /** Files whose change restarts it. */
  watch: z.optional(FileWatch),
  /** Who has it run; of no use to the job. One that is up already has the owner that it had. */
  owner: z.optional(Owner),
  /** What ends it by itself; without it nothing does. One that is up already gets it only of its own owner. */
  lease: z.optional(LeaseWish),
  /** The client's, which the job gets as far as the system lets it. */
  surroundings: z.optional(Surroundings),
  /** The client's, which no job can be given: what is different is said. */
  standing: z.optional(Standing),
});
export type JobSpec = z.infer<typeof JobSpec>;
