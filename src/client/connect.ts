import { AppError } from "../base/app_error.ts";
import { type Clock, delay, within } from "../base/clock.ts";
import { currentPid } from "../platform/own_process.ts";
import { checkSocketDirs, type ImpPaths } from "../platform/paths.ts";
import { systemClock } from "../platform/system_clock.ts";
import { connectUnix } from "../platform/sockets/unix_socket.ts";
import { readErrorMessage, readHello } from "../protocol/envelope.ts";
import { decodeControl, encodeControl, type Frame, FrameKind } from "../protocol/frame.ts";
import type { Hello } from "../protocol/hello.ts";
import { DaemonClient } from "./client.ts";
import type { ConnectOptions } from "./connect_options.ts";
import { FrameChannel } from "./frame_channel.ts";
import { notAnswering } from "./not_answering.ts";
import { refuseOtherState } from "./other_state.ts";
import { decideVersion } from "./version_rule.ts";

/** How long a daemon may take to say hello: a stopped one still accepts connections. */
const HELLO_LIMIT_MS = 2_000;

/** How long to wait before trying again when its queue of connections is full. */
const FULL_QUEUE_PAUSE_MS = 25;

/** How much longer one may take that was not stopped: it may only be busy, on a machine that is. */
const PATIENCE_MS = 18_000;

/** How a daemon that is on its way out receives clients, if it does: by hanging up or with these words. */
const LEAVING = ["daemon.connection_lost", "daemon.stopping"];

/**
 * Connects to the daemon that is there; never starts or replaces one.
 * @throws AppError `daemon.not_running`, `daemon.not_answering`, `version.mismatch`
 */
export async function connectDaemon(options: ConnectOptions): Promise<DaemonClient> {
  const client = await openConnection(options) ?? await openLater(options);
  if (client === undefined) throw notRunning(options.paths.id);
  try {
    decideVersion({ own: options.build, daemon: client.hello, mayTakeOver: false });
    return client;
  } catch (error) {
    client.close();
    throw error;
  }
}

/**
 * The daemon if it is there and will do; undefined when there is none, or one that is older than us.
 * @throws AppError as `openConnection` does; `version.mismatch`
 */
export async function connectUsable(
  options: ConnectOptions,
): Promise<DaemonClient | undefined> {
  const found = await lookForDaemon(options);
  return found === "older" ? undefined : found;
}

/** The same, and tells a daemon that is older than us from none. @throws AppError as {@linkcode connectUsable} does */
export async function lookForDaemon(
  options: ConnectOptions,
): Promise<DaemonClient | "older" | undefined> {
  const client = await openConnection(options);
  if (client === undefined) return undefined;
  try {
    const decision = decideVersion({ own: options.build, daemon: client.hello, mayTakeOver: true });
    if (decision === "use") return client;
  } catch (error) {
    client.close();
    throw error;
  }
  client.close();
  return "older";
}

/**
 * Connects and says hello, whatever the daemon's version is; undefined when there is no daemon, or one that is just
 * leaving.
 * @throws AppError `daemon.not_answering`, `permission.*`, `daemon.unreachable`, what the daemon refuses us with
 */
export async function openConnection(options: ConnectOptions): Promise<DaemonClient | undefined> {
  const client = await openAt(options);
  if (client !== undefined) return client;
  // Not needed by a call that finds its daemon.
  const { livingPaths } = await import("./living_paths.ts");
  const paths = await livingPaths(options.paths);
  return paths === options.paths ? undefined : await openAt({ ...options, paths });
}

async function openLater(options: ConnectOptions): Promise<DaemonClient | undefined> {
  // Not needed by a call that finds its daemon.
  const { waitForSocket } = await import("./wait_for_socket.ts");
  return await waitForSocket(options, openConnection);
}

async function openAt(options: ConnectOptions): Promise<DaemonClient | undefined> {
  // In a directory of somebody else, somebody else would be listening.
  const way = checkSocketDirs(options.paths);
  if (way === undefined) return undefined;
  const clock = options.clock ?? systemClock;
  const connect = () => connectOn(way, options.paths.socket);
  const conn = await connectPatiently(connect, clock);
  if (conn === undefined) return undefined;
  const channel = new FrameChannel(conn);
  try {
    const ownHello = toHello(options);
    const hello = await shakeHands(channel, { ...options, clock, ownHello });
    if (hello === undefined) {
      channel.close();
      return undefined;
    }
    const { heartbeatIntervalMs, renew } = options;
    return new DaemonClient({ channel, hello, ownHello, clock, heartbeatIntervalMs, renew });
  } catch (error) {
    channel.close();
    throw error;
  }
}

/** A daemon that many connect to at once accepts one after the other; one that was stopped, none. */
async function connectPatiently(
  connect: () => ReturnType<typeof connectUnix>,
  clock: Clock,
): ReturnType<typeof connectUnix> {
  const giveUpAt = clock.monotonic() + HELLO_LIMIT_MS;
  for (;;) {
    try {
      return await connect();
    } catch (error) {
      const isFull = error instanceof AppError && error.code === "daemon.not_answering";
      if (!isFull || clock.monotonic() >= giveUpAt) throw error;
      await delay(clock, FULL_QUEUE_PAUSE_MS);
    }
  }
}

async function connectOn(way: "exclusive" | "crowded", path: string) {
  if (way === "exclusive") return await connectUnix(path);
  // A third of a millisecond, which is only due where somebody else can have been before us.
  const { connectChecked } = await import("../platform/sockets/connect_checked.ts");
  return await connectChecked(path);
}

/** There is no daemon, and the command may not start one. */
function notRunning(daemonId: string): AppError {
  return new AppError("daemon.not_running", `No daemon is running for "${daemonId}"`, {
    hint: "`imp daemon start` starts one; so does `imp run` or `imp add`",
  });
}

function toHello({ build, paths }: ConnectOptions): Hello {
  return { type: "hello", ...build, daemon_id: paths.id, pid: currentPid(), capabilities: [] };
}

interface HandshakeOptions extends ConnectOptions {
  readonly clock: Clock;
  readonly ownHello: Hello;
}

/** The daemon's hello; undefined when it hangs up without one. */
async function shakeHands(
  channel: FrameChannel,
  options: HandshakeOptions,
): Promise<Hello | undefined> {
  // A daemon that refuses us does not read our hello, but says why.
  channel.write(encodeControl(options.ownHello)).catch(() => undefined);
  const reading = channel.read();
  try {
    let frame = await within(options.clock, options.timeoutMs ?? HELLO_LIMIT_MS, reading);
    if (frame === "late") {
      // Not needed by a call that goes well.
      const { readDaemonPid } = await import("./daemon_pid.ts");
      const pid = readDaemonPid(options.paths);
      const patienceMs = options.patienceMs ?? PATIENCE_MS;
      if (await mayBeBusy(pid)) frame = await whileBusy(options.clock, pid!, patienceMs, reading);
      if (frame === "late") throw notAnswering(pid);
    }
    return frame && parseHello(frame, options.paths);
  } catch (error) {
    if (error instanceof AppError && LEAVING.includes(error.code)) return undefined;
    throw error;
  } finally {
    // It ends some time after the limit, with an error of no interest.
    reading.catch(() => undefined);
  }
}

/** Of a daemon that gets no processor for its answer. */
const MOST_PATIENCE = 3;

async function whileBusy<T>(clock: Clock, pid: number, limitMs: number, reading: Promise<T>) {
  // Not needed by a call that goes well.
  const { withinItsTime } = await import("../platform/processes/within_its_time.ts");
  return await withinItsTime(clock, { pid, limitMs, mostLimits: MOST_PATIENCE }, reading);
}

/** True for a process that lives and was not stopped by a signal or a debugger. */
async function mayBeBusy(pid: number | undefined): Promise<boolean> {
  if (pid === undefined) return false;
  // Not needed by a call that goes well.
  const { readProcess } = await import("../platform/processes/process_table.ts");
  return /^[RSD]$/.test(readProcess(pid)?.state ?? "");
}

function parseHello(frame: Frame, paths: ImpPaths): Hello {
  const message = frame.kind === FrameKind.control ? decodeControl(frame.body) : undefined;
  const refusal = readErrorMessage(message);
  if (refusal !== undefined) throw AppError.fromShape(refusal.error);
  const hello = readHello(message);
  if (hello === undefined) {
    throw new AppError(
      "protocol.malformed",
      "What listens on the daemon's socket does not speak its language",
    );
  }
  if (hello.daemon_id !== paths.id) {
    throw new AppError(
      "daemon.unreachable",
      `The daemon "${hello.daemon_id}" listens in the place of "${paths.id}"`,
    );
  }
  refuseOtherState(paths, hello.state_dir);
  return hello;
}
