/** What the commands about daemons, and about imp itself, print. */
import * as z from "zod/mini";
import { Survivor } from "../../../src/protocol/process_view.ts";
import { JobView } from "../../../src/protocol/job_view.ts";
import { DaemonView, StatusSnapshot } from "../../../src/protocol/snapshot.ts";

/** A daemon, as commands tell it. */
export const ShownDaemon = z.extend(z.omit(DaemonView, { id: true }), { daemon_id: z.string() });

const Service = z.object({
  manager: z.string(),
  name: z.string(),
  path: z.string(),
  /** It is of the system, not of the user. */
  system: z.boolean(),
});

const Flag = z.object({
  name: z.string(),
  short: z.optional(z.string()),
  /** The placeholder of its value; absent for a switch. */
  value: z.optional(z.string()),
  /** Its value may be left out. */
  may_stand_alone: z.optional(z.boolean()),
  repeat: z.optional(z.boolean()),
  summary: z.string(),
  /** What a shell completes it with. */
  complete: z.optional(z.union([z.string(), z.array(z.string())])),
});

const CommandHelp = z.object({
  name: z.string(),
  aliases: z.array(z.string()),
  group: z.string(),
  summary: z.string(),
  nature: z.string(),
  may_start_daemon: z.boolean(),
  usage: z.array(z.string()),
  description: z.nullable(z.string()),
  flags: z.array(Flag),
  examples: z.array(z.object({ command: z.string(), what: z.string() })),
  output: z.string(),
  exit_codes: z.record(z.string(), z.string()),
});

/** The schemas of objects about daemons and imp, by what they are called on the page. */
export const DAEMON_SHAPES = {
  AgentInstalled: z.object({
    file: z.string(),
    action: z.enum(["created", "changed", "unchanged"]),
    /** With `--print`: what the file would be. */
    text: z.optional(z.string()),
  }),
  AgentInstructions: z.object({ text: z.string() }),
  PageLink: z.object({
    type: z.literal("link"),
    /** Opens the page in one browser. */
    url: z.string(),
    port: z.number(),
    daemon_id: z.string(),
  }),
  Ping: z.object({
    version: z.string(),
    build: z.string(),
    pid: z.number(),
    daemon_id: z.string(),
    round_trip_ms: z.number(),
  }),
  StartedDaemon: z.object({
    daemon_id: z.string(),
    pid: z.number(),
    version: z.string(),
    already_running: z.boolean(),
  }),
  RestartedDaemon: z.object({
    daemon_id: z.string(),
    pid: z.number(),
    /** Null where none was running. */
    old_pid: z.nullable(z.number()),
  }),
  StoppedDaemon: z.object({
    daemon_id: z.string(),
    pid: z.number(),
    /** Of its jobs. */
    stopped_count: z.number(),
    survivors: z.array(Survivor),
  }),
  DaemonStatus: z.extend(ShownDaemon, {
    /** How many `jobs` there are, and how many are in each status that at least one is in. */
    counts: z.record(z.string(), z.number()),
  }),
  DaemonList: z.object({
    daemons: z.array(z.object({
      daemon_id: z.string(),
      running: z.boolean(),
      pid: z.nullable(z.number()),
      version: z.nullable(z.string()),
      started_at: z.nullable(z.string()),
      socket_path: z.string(),
      state_dir: z.string(),
    })),
  }),
  DaemonLogLine: z.object({
    type: z.literal("record"),
    /** Null, as is the level, of what is no record: the words of a crash. */
    time: z.nullable(z.string()),
    level: z.nullable(z.string()),
    message: z.string(),
    fields: z.record(z.string(), z.unknown()),
  }),
  Overview: z.object({
    daemon_id: z.string(),
    project_dir: z.string(),
    /** Null where none is running. */
    daemon: z.nullable(ShownDaemon),
    /** What something is wrong with, and why, as `imp why` says it. */
    failed: z.array(z.object({
      job_id: z.string(),
      job_name: z.nullable(z.string()),
      reason: z.string(),
      message: z.string(),
    })),
    jobs: z.array(JobView),
    /** What to type next: at most three. */
    next: z.array(z.object({ command: z.string(), what: z.string() })),
  }),
  Snapshot: StatusSnapshot,
  ServiceReport: z.object({
    /** Null where there was none. */
    service: z.nullable(Service),
    actions: z.array(z.string()),
    notes: z.array(z.string()),
  }),
  ServiceText: z.object({ service: Service, text: z.string() }),
  Settings: z.object({
    files: z.object({ user: z.array(z.string()), project: z.optional(z.string()) }),
    /** False where no daemon runs: one would start with these. */
    in_force: z.boolean(),
    settings: z.array(
      z.object({
        name: z.string(),
        value: z.union([z.string(), z.number(), z.boolean(), z.null()]),
        source: z.string(),
      }),
    ),
    notes: z.array(z.string()),
  }),
  Doctor: z.object({
    findings: z.array(z.object({
      check: z.string(),
      level: z.enum(["ok", "warning", "problem"]),
      text: z.string(),
      hint: z.nullable(z.string()),
      /** What `--fix` did. */
      fixed: z.nullable(z.string()),
    })),
  }),
  CompletionScript: z.object({ shell: z.string(), script: z.string() }),
  Upgrade: z.object({
    current: z.string(),
    latest: z.string(),
    newer: z.boolean(),
    upgraded: z.boolean(),
    path: z.string(),
    managed_by: z.nullable(z.string()),
    verified: z.nullable(z.string()),
    daemons: z.array(
      z.object({ daemon_id: z.string(), pid: z.number(), old_pid: z.nullable(z.number()) }),
    ),
  }),
  Help: z.object({ commands: z.array(CommandHelp), flags: z.array(Flag) }),
  Versions: z.object({
    version: z.string(),
    build: z.string(),
    deno: z.string(),
    v8: z.string(),
    protocol: z.number(),
  }),
} satisfies Readonly<Record<string, z.ZodMiniType>>;
