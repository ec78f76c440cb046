/**
 * `config/` reads what the user wrote: the settings of the daemon and the project file. It checks every value, names
 * file, line and value of what is wrong, and compares two readings for a reload. It applies nothing itself.
 */
import * as z from "zod/mini";
import type { LogLevel } from "../base/logger.ts";
import { bytes, count, duration, oneOf, type SettingKind } from "./setting_kind.ts";

/** One setting: its name in files, what may stand there, what it is when nobody says. */
interface Field<Value> extends SettingKind<Value> {
  readonly name: string;
  readonly standard: Value;
  /** True when a reload cannot apply it. */
  readonly needsRestart: boolean;
}

function field<Value>(name: string, kind: SettingKind<Value>, standard: Value): Field<Value> {
  return { name, ...kind, standard, needsRestart: false };
}

/** A setting that takes effect with the next start of the daemon only. */
function startField<Value>(name: string, kind: SettingKind<Value>, standard: Value): Field<Value> {
  return { ...field(name, kind, standard), needsRestart: true };
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const KIB = 1_024;
const MIB = 1_024 * KIB;
const GIB = 1_024 * MIB;

const LOG_LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error"];
const LOG_FORMATS: readonly ("text" | "json")[] = ["text", "json"];

/**
 * Every setting by the name it has in code; a zero means "off" where it is allowed. No value that is allowed can lock
 * its owner out: with each at its least every command still works.
 */
export const FIELDS = {
  idleExitMs: field("idle_exit", duration({ zero: true, least: SECOND }), 15 * MINUTE),
  shutdownTimeoutMs: field("shutdown_timeout", duration({ least: 100 }), 30 * SECOND),
  stopTimeoutMs: field("stop_timeout", duration({ zero: true }), 10 * SECOND),
  logMaxBytes: field("log_max_bytes", bytes({ zero: true, least: 64 * KIB }), 64 * MIB),
  logHoldMaxBytes: field("log_hold_max_bytes", bytes({ zero: true, least: 64 * KIB }), GIB),
  runsKept: field("runs_kept", count({ least: 1, most: 10_000 }), 10),
  eventsKept: field("events_kept", count({ least: 100, most: 10_000_000 }), 10_000),
  maxConnections: field("max_connections", count({ least: 16, most: 65_536 }), 256),
  maxOpenRequests: field("max_open_requests", count({ least: 256, most: 1_000_000 }), 4_096),
  maxPendingBytes: field("max_pending_bytes", bytes({ least: 4 * MIB, most: 16 * GIB }), 32 * MIB),
  requestsPerSecond: field("requests_per_second", count({ least: 20, most: 1_000_000 }), 200),
  requestBurst: field("request_burst", count({ least: 100, most: 1_000_000 }), 400),
  maxFrameBytes: startField("max_frame_bytes", bytes({ least: 64 * KIB, most: 64 * MIB }), MIB),
  maxCommandBytes: field("max_command_bytes", bytes({ least: 64 * KIB, most: 64 * MIB }), MIB),
  handshakeTimeoutMs: field("handshake_timeout", duration({ least: 200 }), 2 * SECOND),
  frameTimeoutMs: field("frame_timeout", duration({ least: 200 }), 10 * SECOND),
  heartbeatIntervalMs: field("heartbeat_interval", duration({ least: 500 }), 15 * SECOND),
  queueEvents: field("queue_events", count({ least: 16, most: 1_000_000 }), 1_000),
  queueBytes: field("queue_bytes", bytes({ least: 64 * KIB, most: GIB }), 4 * MIB),
  execChunkBytes: field("exec_chunk_bytes", bytes({ least: KIB, most: MIB - KIB }), 512 * KIB),
  execKillGraceMs: field("exec_kill_grace", duration({ zero: true }), 5 * SECOND),
  handoverTimeoutMs: field("handover_timeout", duration({ least: 100 }), 2 * SECOND),
  backoffInitialMs: field("backoff_initial", duration({ least: 10 }), SECOND),
  backoffMaxMs: field("backoff_max", duration({ least: 10 }), 60 * SECOND),
  backoffResetMs: field("backoff_reset", duration({ least: 10 }), 60 * SECOND),
  crashLoopLimit: field("crash_loop_limit", count({ least: 0, most: 1_000_000 }), 0),
  logLevel: field("log_level", oneOf(LOG_LEVELS), "info"),
  logFormat: field("log_format", oneOf(LOG_FORMATS), "text"),
  daemonLogMaxBytes: field("daemon_log_max_bytes", bytes({ zero: true, least: KIB }), 10 * MIB),
  daemonLogKept: field("daemon_log_kept", count({ least: 0, most: 1_000 }), 7),
  statusIntervalMs: field("status_interval", duration({ least: 100, most: 2 * SECOND }), 150),
} as const;

/** The name of a setting in code. */
export type SettingKey = keyof typeof FIELDS;

/** What the daemon goes by: times in milliseconds, sizes in bytes. */
export type Settings = {
  readonly [Key in SettingKey]: (typeof FIELDS)[Key] extends Field<infer Value> ? Value : never;
};

/** The keys of {@linkcode FIELDS}, in their order. */
export const SETTING_KEYS = Object.keys(FIELDS) as readonly SettingKey[];

/** What is in force when nobody wrote anything. */
export const DEFAULT_SETTINGS: Settings = Object.fromEntries(
  SETTING_KEYS.map((key) => [key, FIELDS[key].standard]),
) as unknown as Settings;

/** A settings file as it is written, before names and units are translated. */
export const SettingsFile = z.strictObject(
  Object.fromEntries(SETTING_KEYS.map((key) => [FIELDS[key].name, z.optional(FIELDS[key].schema)])),
);

/** The key of the setting that files call `name`. */
export function settingKeyOf(name: string): SettingKey | undefined {
  return SETTING_KEYS.find((key) => FIELDS[key].name === name);
}
