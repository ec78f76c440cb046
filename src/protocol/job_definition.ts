import * as z from "zod/mini";
import { FileWatch } from "./file_watch.ts";
import { HealthCheck, ReadyCheck } from "./readiness.ts";
import { Schedule } from "./schedule.ts";
import { Ports, RestartPolicy } from "./values.ts";

/**
 * What a job is defined as, for who writes it into a file: as it was given, nothing masked. What is inherited is not part
 * of it, and what is as the daemon has it anyway is left out.
 */
export const JobDefinition = z.object({
  id: z.string(),
  name: z.nullable(z.string()),
  description: z.nullable(z.string()),
  /** The file of the project that it is from; null of one that was added by hand. */
  source: z.nullable(z.string()),
  command: z.array(z.string()),
  workdir: z.string(),
  /** What was given by hand. */
  env: z.record(z.string(), z.string()),
  /** Files of variables that were given; absolute. */
  env_files: z.array(z.string()),
  /** Whether it is known what was given by hand: not of jobs that an older build has made. */
  is_env_known: z.boolean(),
  /** What looks like a credential: names of `env`, and other fields of the definition. */
  secret_env: z.array(z.string()),
  secret_fields: z.array(z.string()),
  restart: RestartPolicy,
  /** `SIGTERM`. */
  stop_signal: z.string(),
  stop_timeout_ms: z.optional(z.number()),
  stop_command: z.nullable(z.array(z.string())),
  stdin: z.boolean(),
  tty: z.boolean(),
  ports: z.nullable(Ports),
  watch: z.nullable(FileWatch),
  schedule: z.nullable(Schedule),
  memory_limit_bytes: z.nullable(z.number()),
  log_max_bytes: z.nullable(z.number()),
  runs_kept: z.nullable(z.number()),
  ready: z.nullable(ReadyCheck),
  health: z.nullable(HealthCheck),
  /** What the run that is up was started without, by the names of these fields; since 0.2. */
  pending: z.optional(z.array(z.string())),
});
export type JobDefinition = z.infer<typeof JobDefinition>;
