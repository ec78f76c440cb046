/** A daemon in a process of its own, with a box around it, and ways to talk to it. */
import type { DaemonClient } from "../../src/client/client.ts";
import { connectDaemon } from "../../src/client/connect.ts";
import { type ImpPaths, resolvePaths } from "../../src/platform/paths.ts";
import { type Box, openBox } from "./box.ts";
import { BUILD, toHello } from "./fake_daemon.ts";
import { Peer } from "./fake_peer.ts";
import type { TestProcess } from "./process.ts";

const DAEMON_ID = "d";

/** Opens a box and starts a daemon in it, in the foreground, with these settings. */
export async function startDaemon(settings: Record<string, unknown> = {}): Promise<TestDaemon> {
  const box = await openBox();
  await box.file("config/imp/config.json", JSON.stringify(settings));
  const daemon = new TestDaemon(box);
  await daemon.start();
  return daemon;
}

/** See {@linkcode startDaemon}. */
export class TestDaemon implements AsyncDisposable {
  readonly box: Box;
  readonly paths: ImpPaths;
  #process: TestProcess | undefined;

  constructor(box: Box) {
    this.box = box;
    this.paths = resolvePaths(DAEMON_ID, (name) => box.env[name]);
  }

  get pid(): number {
    return this.#process!.pid;
  }

  /** Its log so far. */
  get log(): string {
    return this.#process!.stderr.text;
  }

  /** Starts it, again after its end; resolves when it is ready. */
  async start(command: readonly string[] = []): Promise<void> {
    const daemon = ["daemon", "run", "--daemon-id", DAEMON_ID];
    this.#process = this.box.start([...command, ...this.box.executable.command, ...daemon]);
    await this.#process.waitForStderr("daemon ready");
  }

  /** Sends it a signal; resolves when it has ended by it. */
  async end(signal: Deno.Signal): Promise<void> {
    await using process = this.#process!;
    process.kill(signal);
    await process.result();
  }

  /** Sends it a signal that it survives. */
  signal(signal: Deno.Signal): void {
    this.#process!.kill(signal);
  }

  /** A client of it. */
  connect(): Promise<DaemonClient> {
    return connectDaemon({ paths: this.paths, build: BUILD });
  }

  /** A connection to its socket that has said nothing yet. */
  async dial(): Promise<Peer> {
    return new Peer(await Deno.connect({ transport: "unix", path: this.paths.socket }));
  }

  /** A connection to its socket after the hellos. */
  async greet(): Promise<Peer> {
    const peer = await this.dial();
    await peer.send(toHello(DAEMON_ID));
    await peer.expect("hello");
    return peer;
  }

  /** Runs imp for this daemon to its end. */
  imp(...args: string[]) {
    return this.box.imp(["--daemon-id", DAEMON_ID, ...args]);
  }

  /** Runs imp for this daemon and fails unless it succeeds; returns its stdout. */
  impOk(...args: string[]): Promise<string> {
    return this.box.impOk(["--daemon-id", DAEMON_ID, ...args]);
  }

  /** Starts imp for this daemon and leaves it running. */
  startImp(...args: string[]): TestProcess {
    return this.box.startImp(["--daemon-id", DAEMON_ID, ...args]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await using _process = this.#process!;
    await this.box[Symbol.asyncDispose]();
  }
}
