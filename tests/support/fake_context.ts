/** A command's world without a process around it: what it writes is kept, what it asks is answered from a table. */
import type { CommandContext, OutputStream } from "../../src/commands/frame/command.ts";
import { COMMANDS } from "../../src/commands/index.ts";
import type { DaemonClient } from "../../src/client/client.ts";
import type { PayloadOf, ReplyOf } from "../../src/protocol/request.ts";
import type { RequestName } from "../../src/protocol/request_traits.ts";
import type { JobView } from "../../src/protocol/job_view.ts";
import { FakeClock } from "./fake_clock.ts";

/** The daemon's answers by request. */
export type FakeReplies = {
  readonly [Name in RequestName]?: (payload: PayloadOf<Name>) => ReplyOf<Name>;
};

/** Options of {@linkcode createFakeContext}. */
export interface FakeContextOptions {
  readonly replies?: FakeReplies;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color?: boolean;
  /** Width of the terminal; without it stdout is none. */
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

/** A command's world, and what the command did to it. */
export interface FakeContext extends CommandContext {
  readonly out: () => string;
  readonly err: () => string;
  readonly requests: { type: string; payload: unknown }[];
  readonly clock: FakeClock;
}

/** Keeps what is written, as text. */
export function createFakeStream(columns?: number): OutputStream & { text: () => string } {
  const decoder = new TextDecoder();
  let text = "";
  return {
    isTerminal: columns !== undefined,
    columns: columns ?? 80,
    rows: 24,
    write(data) {
      text += typeof data === "string" ? data : decoder.decode(data, { stream: true });
      return Promise.resolve();
    },
    text: () => text,
  };
}

/** See {@linkcode FakeContext}. */
export function createFakeContext(options: FakeContextOptions = {}): FakeContext {
  const stdout = createFakeStream(options.columns);
  const stderr = createFakeStream();
  const requests: FakeContext["requests"] = [];
  const client = createFakeClient(options.replies ?? {}, requests);
  const connect = () => Promise.resolve(client);
  return {
    build: { protocol: 1, version: "0.1.0", build: "20261121T120000.000Z" },
    commands: COMMANDS,
    clock: new FakeClock(),
    stdout,
    stderr,
    stdin: {
      isTerminal: options.stdin === undefined,
      bytes: new Blob([options.stdin ?? ""]).stream(),
      look: () => Promise.resolve({ isNothing: false, hasBytes: options.stdin !== undefined }),
    },
    signal: new AbortController().signal,
    json: options.json ?? false,
    quiet: options.quiet ?? false,
    color: options.color ?? false,
    daemonId: "box",
    paths: fakePaths(),
    project: { dir: "/box/project" },
    cwd: () => "/box/project",
    umask: () => 0o22,
    owner: () => Promise.resolve({ name: "ann", user: "ann" }),
    surroundings: () => Promise.resolve({}),
    standing: () => Promise.resolve({}),
    env: (name) => options.env?.[name],
    environment: () => ({ ...options.env }),
    client: connect,
    line: connect,
    source: () => Promise.resolve({ client, request: client.request.bind(client) }),
    lineSource: () => Promise.resolve({ client, request: client.request.bind(client) }),
    tryClient: connect,
    startDaemon: connect,
    connect,
    out: stdout.text,
    err: stderr.text,
    requests,
  };
}

function createFakeClient(
  replies: FakeReplies,
  requests: FakeContext["requests"],
): DaemonClient {
  const answers = replies as Record<string, ((payload: unknown) => unknown) | undefined>;
  const client = {
    hello: {
      ...{ type: "hello", protocol: 1, version: "0.1.0", build: "20261121T120000.000Z" },
      ...{ daemon_id: "box", pid: 4711, capabilities: [] },
    },
    closed: Promise.resolve(),
    request(type: string, payload: unknown) {
      requests.push({ type, payload });
      const answer = answers[type];
      if (!answer) return Promise.reject(new Error(`Nobody answers "${type}" here`));
      return new Promise((resolve) => resolve(answer(payload)));
    },
  };
  return client as unknown as DaemonClient;
}

function fakePaths(): CommandContext["paths"] {
  const [runtimeDir, stateDir] = ["/box/run", "/box/state"];
  return {
    id: "box",
    program: "imp",
    runtimeDir,
    socket: `${runtimeDir}/daemon.sock`,
    statusSocket: `${runtimeDir}/status.sock`,
    pidFile: `${runtimeDir}/daemon.pid`,
    startLock: `${runtimeDir}/start.lock`,
    stateDir,
    stateLock: `${stateDir}/daemon.lock`,
    database: `${stateDir}/state.db`,
    daemonJson: `${stateDir}/daemon.json`,
    statusJson: `${stateDir}/status.json`,
    daemonLog: `${stateDir}/daemon.log`,
    runsDir: `${stateDir}/runs`,
    execsDir: `${stateDir}/execs`,
    logsDir: `${stateDir}/logs`,
  };
}

/** A job that has been up for a minute at the fake clock's beginning. */
export function fakeJob(change: Partial<JobView> = {}): JobView {
  return {
    id: "V3x",
    name: "api",
    description: null,
    command: ["deno", "task", "api"],
    workdir: "/box/project",
    status: "running",
    desired: "up",
    ready: true,
    pid: 4242,
    exit_code: null,
    signal: null,
    reason: null,
    run: 1,
    restarts: 0,
    restart_policy: "no",
    stop_signal: "SIGTERM",
    stop_timeout_ms: 10_000,
    created_at: "2026-11-21T11:59:00.000Z",
    started_at: "2026-11-21T11:59:00.000Z",
    finished_at: null,
    next_start_at: null,
    stdout_path: "/box/state/logs/V3x/1.stdout.log",
    stderr_path: "/box/state/logs/V3x/1.stderr.log",
    ports: [],
    cpu_percent: 1.25,
    memory_bytes: 10 * 1024 * 1024,
    ...change,
  };
}
