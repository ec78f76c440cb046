import * as z from "zod/mini";
import { JobView } from "./job_view.ts";

/** How many of each limit were hit since the daemon started. */
export const Counters = z.object({
  requests: z.number(),
  connections: z.number(),
  rejected_connections: z.number(),
  rejected_requests: z.number(),
  dropped_events: z.number(),
  bytes_in: z.number(),
  bytes_out: z.number(),
});
export type Counters = z.infer<typeof Counters>;

/** A command that runs for a client through `exec`; credentials in it are masked. */
export const ExecView = z.object({
  id: z.string(),
  command: z.array(z.string()),
  started_at: z.string(),
});
export type ExecView = z.infer<typeof ExecView>;

/** The daemon's part of a snapshot. */
export const DaemonView = z.object({
  id: z.string(),
  pid: z.number(),
  version: z.string(),
  build: z.string(),
  protocol: z.number(),
  started_at: z.string(),
  uptime_s: z.number(),
  rss_bytes: z.number(),
  clients: z.number(),
  execs: z.number(),
  running_execs: z.optional(z.array(ExecView)),
  event_loop_lag_ms: z.number(),
  seq: z.number(),
  socket_path: z.string(),
  state_dir: z.string(),
  log_path: z.nullable(z.string()),
  service: z.nullable(z.string()),
  counters: Counters,
  /** What was taken away under the daemon, and what became of it; for people. */
  notices: z.optional(z.array(z.string())),
});
export type DaemonView = z.infer<typeof DaemonView>;

/** Everything a screen needs, in one object: a line of `status.sock`, the text of `status.json`. */
export const StatusSnapshot = z.object({
  type: z.literal("status.snapshot"),
  schema_version: z.number(),
  generated_at: z.string(),
  source: z.enum(["ipc", "file"]),
  stale: z.boolean(),
  daemon: DaemonView,
  counts: z.record(z.string(), z.number()),
  jobs: z.array(JobView),
});
export type StatusSnapshot = z.infer<typeof StatusSnapshot>;
