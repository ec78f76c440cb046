/**
 * The first step of everything that a client does: a connection on which both sides have said hello. What a call that
 * goes well does not need is loaded when it is needed.
 */
import { AppError } from "../base/app_error.ts";
import { type Clock, delay, within } from "../base/clock.ts";
import { currentPid } from "../platform/own_process.ts";
import { checkSocketDirs, type ImpPaths } from "../platform/paths.ts";
import { connectUnix } from "../platform/sockets/connect_unix.ts";
import { systemClock } from "../platform/system_clock.ts";
import { readErrorMessage, readHello } from "../protocol/envelope.ts";
import { decodeControl, encodeControl, type Frame, FrameKind } from "../protocol/frame.ts";
import type { Hello } from "../protocol/hello.ts";
import type { ConnectOptions } from "./connect_options.ts";
import { FrameChannel } from "./frame_channel.ts";
import { refuseOtherState } from "./other_state.ts";
import { decideVersion } from "./version_rule.ts";

/** How long a daemon may take to say hello, until its state is looked at: a stopped one still accepts connections. */
export const HELLO_LIMIT_MS = 2_000;

/** How long to wait before trying again when its queue of connections is full. */
const FULL_QUEUE_PAUSE_MS = 25;

/** How a daemon that is on its way out receives clients, if it does: by hanging up or with these words. */
const LEAVING = ["daemon.connection_lost", "daemon.stopping"];

/** A connection, and who is at its ends. */
export interface Greeting {
  readonly channel: FrameChannel;
  /** The daemon's hello. */
  readonly hello: Hello;
  readonly ownHello: Hello;
  readonly clock: Clock;
}

/**
 * Connects and says hello, whatever the daemon's version is; undefined when there is no daemon, or one that is just
 * leaving.
 * @throws AppError `daemon.not_answering`, `permission.*`, `daemon.unreachable`, what the daemon refuses us with
 */
export async function greet(options: ConnectOptions): Promise<Greeting | undefined> {
  const greeting = await greetAt(options);
  if (greeting !== undefined) return greeting;
  // Not needed by a call that finds its daemon.
  const { livingPaths } = await import("./living_paths.ts");
  const paths = await livingPaths(options.paths);
  return paths === options.paths ? undefined : await greetAt({ ...options, paths });
}

/**
 * The daemon if it is there and will do as it is; undefined when there is none.
 * @throws AppError as {@linkcode greet} does; `version.mismatch`
 */
export async function greetUsable(
  options: ConnectOptions,
): Promise<Greeting | "older" | undefined> {
  const greeting = await greet(options);
  if (greeting === undefined) return undefined;
  const { channel, hello } = greeting;
  try {
    const decision = decideVersion({ own: options.build, daemon: hello, mayTakeOver: true });
    if (decision === "use") return greeting;
  } catch (error) {
    channel.close();
    throw error;
  }
  channel.close();
  return "older";
}

async function greetAt(options: ConnectOptions): Promise<Greeting | undefined> {
  // In a directory of somebody else, somebody else would be listening.
  const way = checkSocketDirs(options.paths);
  if (way === undefined) return undefined;
  const clock = options.clock ?? systemClock;
  const conn = await connectPatiently(way, options.paths.socket, clock);
  if (conn === undefined) return undefined;
  const channel = new FrameChannel(conn);
  try {
    const ownHello = toHello(options);
    const hello = await shakeHands(channel, { ...options, clock, ownHello });
    if (hello !== undefined) return { channel, hello, ownHello, clock };
    channel.close();
    return undefined;
  } catch (error) {
    channel.close();
    throw error;
  }
}

/** A daemon that many connect to at once accepts one after the other; one that was stopped, none. */
async function connectPatiently(
  way: "exclusive" | "crowded",
  path: string,
  clock: Clock,
): ReturnType<typeof connectUnix> {
  const giveUpAt = clock.monotonic() + HELLO_LIMIT_MS;
  for (;;) {
    try {
      if (way === "exclusive") return await connectUnix(path);
      // A third of a millisecond, which is only due where somebody else can have been before us.
      const { connectChecked } = await import("../platform/sockets/connect_checked.ts");
      return await connectChecked(path);
    } catch (error) {
      const isFull = error instanceof AppError && error.code === "daemon.not_answering";
      if (!isFull || clock.monotonic() >= giveUpAt) throw error;
      await delay(clock, FULL_QUEUE_PAUSE_MS);
    }
  }
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
      const { awaitLateHello } = await import("./late_hello.ts");
      frame = await awaitLateHello(options, reading);
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
