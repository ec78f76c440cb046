/** A daemon that says what a test tells it to: the frames are real, and so is the socket. */
import type { Hello } from "../../src/protocol/hello.ts";
import type { EventName, ImpEvent } from "../../src/protocol/event.ts";
import { Peer, PeerGone } from "./fake_peer.ts";
import { ensureDirs } from "../../src/platform/ensure_dirs.ts";
import { type ImpPaths, resolvePaths } from "../../src/platform/paths.ts";

/** Paths under a directory of their own, which is removed at the end of the scope. */
export function openPaths(id = "d"): { paths: ImpPaths; root: string } & Disposable {
  const root = Deno.realPathSync(Deno.makeTempDirSync({ dir: "/tmp", prefix: "imp-c-" }));
  const vars: Record<string, string> = {
    XDG_RUNTIME_DIR: `${root}/run`,
    XDG_STATE_HOME: `${root}/state`,
  };
  const paths = resolvePaths(id, (name) => vars[name]);
  ensureDirs(paths);
  return { paths, root, [Symbol.dispose]: () => Deno.removeSync(root, { recursive: true }) };
}

/** Options of {@linkcode startFakeDaemon}. */
export interface FakeDaemonOptions {
  /** What its hello says otherwise than a daemon of the same build would. */
  readonly hello?: Partial<Hello>;
}

/** The build of a fake daemon, and the client's in tests of the same one. */
export const BUILD = { protocol: 1, version: "0.1.0", build: "20261121T120000.000Z" } as const;

/**
 * Listens on the daemon's socket and plays `script` with every client, after the hellos. Ending the script ends the
 * connection; what it throws, disposing of the daemon throws.
 */
export function startFakeDaemon(
  paths: ImpPaths,
  script: (peer: Peer) => Promise<void>,
  options: FakeDaemonOptions = {},
): FakeDaemon {
  return new FakeDaemon(paths, async (peer) => {
    await peer.send(toHello(paths.id, options.hello));
    await peer.next();
    await script(peer);
  });
}

/** The hello of a fake daemon. */
export function toHello(daemonId: string, changes: Partial<Hello> = {}): Hello {
  const pid = Deno.pid;
  return { type: "hello", ...BUILD, daemon_id: daemonId, pid, capabilities: [], ...changes };
}

/** An event of a fake daemon. */
export function toEvent(seq: number, event: EventName = "job_updated", data = {}): ImpEvent {
  return { event, seq, time: "2026-11-21T12:00:00.000Z", job_id: null, data };
}

/** See {@linkcode startFakeDaemon}. */
export class FakeDaemon implements AsyncDisposable {
  /** How many clients have connected so far. */
  connections = 0;
  readonly #listener: Deno.UnixListener;
  readonly #peers = new Set<Peer>();
  readonly #scripts: Promise<void>[] = [];
  readonly #accepting: Promise<void>;

  constructor(paths: ImpPaths, script: (peer: Peer) => Promise<void>) {
    this.#listener = Deno.listen({ transport: "unix", path: paths.socket });
    this.#accepting = this.#acceptAll(script);
  }

  async #acceptAll(script: (peer: Peer) => Promise<void>): Promise<void> {
    for await (const conn of this.#listener) {
      this.connections++;
      const peer = new Peer(conn);
      this.#peers.add(peer);
      this.#scripts.push(this.#play(peer, script));
    }
  }

  async #play(peer: Peer, script: (peer: Peer) => Promise<void>): Promise<void> {
    try {
      await script(peer);
    } catch (error) {
      if (!(error instanceof PeerGone)) throw error;
    } finally {
      peer.close();
      this.#peers.delete(peer);
    }
  }

  /** Dies: connections end without a word, and nobody listens any more. */
  die(): void {
    this.#listener.close();
    for (const peer of this.#peers) peer.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.die();
    } catch {
      // It has died in the test.
    }
    await this.#accepting;
    await Promise.all(this.#scripts);
  }
}
