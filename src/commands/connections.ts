import { AppError } from "../base/app_error.ts";
import type { Clock } from "../base/clock.ts";
import type { BuildInfo } from "../base/version.ts";
import type { DaemonClient } from "../client/client.ts";
import type { EnsureDaemonOptions } from "../client/connect_usable.ts";
import type { ImpPaths } from "../platform/paths.ts";

/** What it takes to reach, or to start, the daemon. */
export interface ConnectionsOptions {
  readonly paths: () => ImpPaths;
  readonly project: () => { readonly dir: string; readonly file?: string | undefined };
  readonly build: () => BuildInfo;
  readonly clock: Clock;
  readonly takeover: boolean;
}

/** The connections that a command has opened; the first one is shared, and all are closed at its end. */
export class Connections implements AsyncDisposable {
  readonly #options: ConnectionsOptions;
  readonly #opened: DaemonClient[] = [];
  #shared: Promise<DaemonClient> | undefined;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  /**
   * The shared connection; made, with a daemon if need be, when there is none. One that does not answer is waited for
   * once, until it is forgotten.
   */
  share(how: { readonly mayStart: boolean }): Promise<DaemonClient> {
    this.#shared ??= this.open(how).catch((error) => {
      const isMute = error instanceof AppError && error.code === "daemon.not_answering";
      if (!isMute) this.#shared = undefined;
      throw error;
    });
    return this.#shared;
  }

  /** The shared connection, or undefined when no daemon is running. */
  async shareIfRunning(): Promise<DaemonClient | undefined> {
    try {
      return await this.share({ mayStart: false });
    } catch (error) {
      if (error instanceof AppError && error.code === "daemon.not_running") return undefined;
      throw error;
    }
  }

  /** A new connection. */
  async open({ mayStart }: { readonly mayStart: boolean }): Promise<DaemonClient> {
    const { paths, project, build, clock, takeover } = this.#options;
    const options = { paths: paths(), build: build(), clock };
    const client = mayStart
      ? await openOrStart({
        ...options,
        project: project(),
        takeover: takeover && this.#opened.length === 0,
      })
      : await (await import("../client/connect.ts")).connectDaemon(options);
    this.#opened.push(client);
    return client;
  }

  /** Forgets the shared connection: the daemon at its other end is about to go. */
  forget(): void {
    this.#shared = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#opened.map((client) => client[Symbol.asyncDispose]()));
  }
}

/** A daemon that a service manager owns is for that to start; any other we start ourselves. */
async function openOrStart(
  options: EnsureDaemonOptions & { readonly clock: Clock },
): Promise<DaemonClient> {
  if (!options.takeover) {
    // The protocol takes longer to load than the rest of imp: help and versions do without it.
    const { connectUsable } = await import("../client/connect_usable.ts");
    const client = await connectUsable(options);
    if (client) return client;
    // Not needed by a call that finds its daemon.
    const { connectToService } = await import("./service_daemon.ts");
    const served = await connectToService(options);
    if (served) return served;
  }
  const { ensureDaemon } = await import("../client/auto_spawn.ts");
  return await ensureDaemon(options);
}
