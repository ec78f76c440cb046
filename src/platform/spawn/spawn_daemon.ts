import { AppError, messageOf } from "../../base/app_error.ts";
import type { Clock } from "../../base/clock.ts";
import { withinItsTime } from "../processes/within_its_time.ts";
import { markInheritedCloexec } from "./cloexec.ts";
import { DAEMON_MARK, JOB_MARKS } from "../job_marks.ts";
import { readAnnouncement } from "./readiness.ts";
import { fileExists } from "../remove_file.ts";

/** How long a daemon may take to become ready, without the time in which it would have run and got no processor. */
const READY_LIMIT_MS = 5_000;
/** How many times the limit it may take in all, however busy the machine is. */
const MOST_LIMITS = 6;

/** As much of a dead child's log as an error quotes. */
const QUOTED_LOG_BYTES = 2_000;

/**
 * What the daemon must not inherit from the client that happens to start it: the client's place under a service
 * manager, and the marks by which the processes of a job are found and killed.
 */
const CLIENT_ONLY = [
  ...["NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC", "LISTEN_FDS", "LISTEN_PID"],
  ...["LISTEN_FDNAMES", "INVOCATION_ID", "JOURNAL_STREAM", "SYSTEMD_EXEC_PID"],
  ...["IMP_DAEMON_ID", ...JOB_MARKS],
];

/** Becomes the daemon: `$1` takes its stderr, the rest is the command. */
const SCRIPT = `unset ${CLIENT_ONLY.join(" ")}; umask 077; exec 2>>"$1"; shift; exec "$@"`;

/** Options of {@linkcode spawnDetachedDaemon}. */
export interface SpawnDaemonOptions {
  /** The daemon's command line, with its readiness switch. */
  command: readonly string[];
  /** Gets what the child writes to stderr. */
  logPath: string;
  clock: Clock;
  /** Added to the environment, which is inherited. */
  env?: Record<string, string>;
  limitMs?: number;
  /** How long the child has waited for a processor so far, in ms: its limit is so much longer. */
  processorWait?: (pid: number) => number;
  /** Asked when the limit is over: true leaves the child alone, else it is killed. */
  mayTakeLonger?: () => boolean;
}

/** A daemon that is ready. */
export interface StartedDaemon {
  readonly pid: number;
  /** What its user should know, a line each. */
  readonly notes?: readonly string[];
}

/**
 * Starts a daemon that has nothing to do with us any more: own session, no terminal, no descriptor of ours. Returns
 * when it says that it is ready.
 * @throws AppError the child's own when it announced one, else `daemon.start_failed` with its last words
 */
export async function spawnDetachedDaemon(options: SpawnDaemonOptions): Promise<StartedDaemon> {
  markInheritedCloexec();
  const log = openLog(options.logPath);
  const child = spawn(options, log.path);
  const limit = new AbortController();
  const { clock, limitMs = READY_LIMIT_MS, processorWait } = options;
  const itsTime = { pid: child.pid, limitMs, mostLimits: MOST_LIMITS, processorWait };
  try {
    const reading = readAnnouncement(child.stdout, limit.signal);
    const announcement = await withinItsTime(clock, itsTime, reading);
    if (announcement === "late") {
      limit.abort();
      await reading;
      throw tooSlow(child, options);
    }
    if (announcement === undefined) throw await endedSilently(child, log);
    if (announcement.state === "ready") return announcement;
    // Its refusal is not its last act: who hears it shall find no process, and no lock, of that daemon.
    await withinItsTime(clock, itsTime, child.status);
    throw AppError.fromShape(announcement.error);
  } finally {
    child.unref();
  }
}

/** Of util-linux; it becomes the command, with the same pid. */
const SETSID = "/usr/bin/setsid";

function spawn(options: SpawnDaemonOptions, logPath: string) {
  const shell = ["/bin/sh", "-c", SCRIPT, "imp-daemon", logPath, ...options.command];
  // Deno's own `detached` takes the groups of root away, from the daemon and from all its jobs.
  const bySetsid = Deno.uid() === 0 && fileExists(SETSID);
  const [program, ...args] = bySetsid ? [SETSID, ...shell] : shell;
  try {
    return new Deno.Command(program!, {
      args,
      env: { ...options.env, [DAEMON_MARK]: "1" },
      cwd: "/",
      detached: !bySetsid,
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
  } catch (cause) {
    throw new AppError("daemon.start_failed", `Cannot start the daemon: ${messageOf(cause)}`, {
      cause,
    });
  }
}

/** Where stderr goes, and how long it is already: what follows will be the child's. */
function openLog(path: string): { path: string; size: number } {
  try {
    using file = Deno.openSync(path, { append: true, create: true, mode: 0o600 });
    return { path, size: file.statSync().size };
  } catch {
    // A full or read-only disk is no reason to have no daemon.
    return { path: "/dev/null", size: 0 };
  }
}

async function endedSilently(
  child: Deno.ChildProcess,
  log: { path: string; size: number },
): Promise<AppError> {
  const status = await child.status;
  const how = status.signal ? `was ended by ${status.signal}` : `ended with code ${status.code}`;
  const words = readFrom(log.path, log.size).trim();
  const message = `Daemon did not start: it ${how}${words === "" ? "" : `, saying: ${words}`}`;
  return new AppError("daemon.start_failed", message, { hint: `Look into ${log.path}` });
}

function tooSlow(child: Deno.ChildProcess, options: SpawnDaemonOptions): AppError {
  const limitMs = options.limitMs ?? READY_LIMIT_MS;
  const goesOn = options.mayTakeLonger?.() ?? false;
  if (!goesOn) killQuietly(child);
  return new AppError("daemon.start_failed", `Daemon was not ready within ${limitMs} ms`, {
    hint: goesOn
      ? `It is still starting (pid ${child.pid}): try again, or look into ${options.logPath}`
      : `It was ended; look into ${options.logPath}`,
  });
}

function killQuietly(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has just ended by itself.
  }
}

function readFrom(path: string, offset: number): string {
  try {
    using file = Deno.openSync(path, { read: true });
    const size = file.statSync().size;
    const start = Math.max(offset, size - QUOTED_LOG_BYTES);
    file.seekSync(start, Deno.SeekMode.Start);
    const bytes = new Uint8Array(Math.max(0, size - start));
    const count = file.readSync(bytes) ?? 0;
    return new TextDecoder().decode(bytes.subarray(0, count));
  } catch {
    return "";
  }
}
