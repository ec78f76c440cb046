import * as z from "zod/mini";
import { JobView } from "./job_view.ts";

/** What the daemon has had to do since it started. */
export const Counters = z.object({
  requests: z.number(),
  connections: z.number(),
  /** Those that were refused, or had to give way to another. */
  rejected_connections: z.number(),
  /** Requests that were refused before anybody looked into them: `limit.…`, `version.mismatch`. */
  rejected_requests: z.number(),
  /** Events in whose place slow subscribers got a gap. */
  dropped_events: z.number(),
  /** From clients, frames and all. */
  bytes_in: z.number(),
  /** To clients, frames and all. */
  bytes_out: z.number(),
});
export type Counters = z.infer<typeof Counters>;

/** A command that runs for a client through `exec`; credentials in it are masked. */
export const ExecView = z.object({
  id: z.string(),
  /** argv; `["sh"]` for a script. */
  command: z.array(z.string()),
  started_at: z.string(),
});
export type ExecView = z.infer<typeof ExecView>;

/** The daemon's part of a snapshot. */
export const DaemonView = z.object({
  /** The daemon id. */
  id: z.string(),
  pid: z.number(),
  /** Of imp, as `imp version` tells it. */
  version: z.string(),
  /** When it was built: greater text is newer. */
  build: z.string(),
  /** The number of the protocol that it speaks. */
  protocol: z.number(),
  started_at: z.string(),
  uptime_s: z.number(),
  /** Its resident memory, without that of jobs. */
  rss_bytes: z.number(),
  /** Connections, with those that have not said hello yet. */
  clients: z.number(),
  /** How many commands run for clients through `exec`. */
  execs: z.number(),
  /** Which. */
  running_execs: z.optional(z.array(ExecView)),
  /** How late its timers are: above some 100 ms it has too much to do. */
  event_loop_lag_ms: z.number(),
  /** The number of the last event: the snapshot is true at it. */
  seq: z.number(),
  /** Where clients connect. */
  socket_path: z.string(),
  state_dir: z.string(),
  /** Its log; null when it logs to where it was started. */
  log_path: z.nullable(z.string()),
  /** The unit or agent that runs it; null when no service manager does. */
  service: z.nullable(z.string()),
  /** Since the daemon started. */
  counters: Counters,
  /** What was taken away under the daemon, and what became of it; for people. */
  notices: z.optional(z.array(z.string())),
});
export type DaemonView = z.infer<typeof DaemonView>;

/** Everything a screen needs, in one object: a line of `status.sock`, the text of `status.json`. */
export const StatusSnapshot = z.object({
  type: z.literal("status.snapshot"),
  /** Rises when a field that was there means something else, or is gone; not when there are more. */
  schema_version: z.number(),
  generated_at: z.string(),
  /** `ipc`: from the daemon itself; `file`: its last words. */
  source: z.enum(["ipc", "file"]),
  /** True when it is from the file and older than 5 s, or its daemon is gone. */
  stale: z.boolean(),
  daemon: DaemonView,
  /** How many `jobs` there are, and how many are in each status that at least one is in. */
  counts: z.record(z.string(), z.number()),
  jobs: z.array(JobView),
});
export type StatusSnapshot = z.infer<typeof StatusSnapshot>;
