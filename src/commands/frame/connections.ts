import { AppError } from "../../base/app_error.ts";
import { type Clock, delay } from "../../base/clock.ts";
import type { BuildInfo } from "../../base/version.ts";
import type { DaemonClient } from "../../client/client.ts";
import type { EnsureDaemonOptions, SettingsRule } from "../../client/connect_options.ts";
import type { Asking } from "../../client/line.ts";
import type { ImpPaths } from "../../platform/paths.ts";
import type { PayloadOf, ReplyOf } from "../../protocol/request.ts";
import type { CommandNature, JobSource } from "./command.ts";

/** How long a daemon is waited for that holds its lock and does not answer yet, or not any more. */
const COMES_OR_GOES_MS = 5_000;
const LOOK_INTERVAL_MS = 20;

/** What it takes to reach, or to start, the daemon. */
export interface ConnectionsOptions {
  readonly paths: () => ImpPaths;
  readonly project: () => { readonly dir: string; readonly file?: string | undefined };
  readonly build: () => BuildInfo;
  readonly clock: Clock;
  readonly takeover: boolean;
  readonly settings: SettingsRule;
  readonly nature: CommandNature;
}

/** The connections that a command has opened; the first one is shared, and all are closed at its end. */
export class Connections implements AsyncDisposable {
  readonly #options: ConnectionsOptions;
  readonly #opened: AsyncDisposable[] = [];
  #shared: Promise<DaemonClient> | undefined;
  #line: Promise<Asking> | undefined;

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
    const { paths, project, build, clock, takeover, settings } = this.#options;
    const options = { paths: paths(), build: build(), clock };
    const client = mayStart
      ? await openOrStart({
        ...options,
        daemonWords: daemonWordsOf(project()),
        settings,
        takeover: takeover && this.#opened.length === 0,
        revivesLater: this.#options.nature === "ends",
      })
      : await (await import("../../client/connect.ts")).connectDaemon(options);
    this.#opened.push(client);
    return client;
  }

  /**
   * For a call that asks one thing after the other and ends: the shared connection where there is one, else a line, which
   * is open sooner. What a line cannot do, the shared connection is made for.
   */
  line(): Promise<Asking> {
    if (this.#shared !== undefined || this.#options.takeover) return this.share({ mayStart: true });
    return this.#line ??= this.#openLine();
  }

  async #openLine(): Promise<Asking> {
    const found = await this.#lookByLine();
    return typeof found === "object" ? found : await this.share({ mayStart: true });
  }

  /**
   * The jobs as a command of its nature needs them: of the daemon that is there, else of what the last one left, else
   * of a daemon that is started for it.
   */
  source(): Promise<JobSource> {
    return this.#find({
      known: () => this.#shared,
      look: () => this.#look(),
      open: () => this.share({ mayStart: true }),
    });
  }

  /** The same for a call that asks one thing after the other and ends; by a line, where there is a daemon. */
  lineSource(): Promise<JobSource<Asking>> {
    return this.#find<Asking>({
      known: () => this.#shared ?? this.#line,
      look: () => this.#lookByLine(),
      open: () => this.share({ mayStart: true }),
    });
  }

  async #find<Client extends Asking>(
    { known, look, open }: {
      readonly known: () => Promise<Client> | undefined;
      /** Afterwards it is known. */
      readonly look: () => Promise<Client | "older" | undefined>;
      readonly open: () => Promise<Client>;
    },
  ): Promise<JobSource<Client>> {
    const { paths, clock, takeover, nature } = this.#options;
    const deadlineMs = clock.monotonic() + COMES_OR_GOES_MS;
    while (known() === undefined && !takeover) {
      if (await look() !== undefined) break;
      // Not needed by a call that finds its daemon.
      const { readStoredSource } = await import("./stored_source.ts");
      const stored = readStoredSource(paths(), nature);
      if (typeof stored === "object") return stored;
      if (stored === "a daemon must do it" || clock.monotonic() >= deadlineMs) break;
      await delay(clock, LOOK_INTERVAL_MS);
    }
    // It looks once more: meanwhile somebody may have started one, which must not be taken for an older one.
    const client = await (known() ?? open());
    return { client, request: (name, payload) => this.#ask(client, { name, payload }) };
  }

  /** What only looks starts no successor of a daemon that goes meanwhile, unless that was lost. */
  async #ask<Name extends "list" | "get_job">(
    client: Asking,
    { name, payload }: { name: Name; payload: PayloadOf<Name> },
  ): Promise<ReplyOf<Name>> {
    try {
      return await client.request(name, payload);
    } catch (error) {
      if (this.#options.nature !== "looks" || !hasGone(error)) throw error;
      this.forget();
      return await (await this.source()).request(name, payload);
    }
  }

  /** The daemon if it is there and will do as it is. */
  async #look(): Promise<DaemonClient | "older" | undefined> {
    const { paths, project, build, clock, settings, nature } = this.#options;
    const { lookForDaemon } = await import("../../client/connect.ts");
    const { withRenewal } = await import("../../client/ensure_daemon.ts");
    const daemonWords = daemonWordsOf(project());
    const options = { paths: paths(), build: build(), clock, settings, daemonWords };
    const found = await lookForDaemon(nature === "looks" ? options : withRenewal(options));
    if (typeof found !== "object") return found;
    this.#opened.push(found);
    this.#shared = Promise.resolve(found);
    return found;
  }

  /** The same, for a call that asks one thing after the other. */
  async #lookByLine(): Promise<Asking | "older" | undefined> {
    const { paths, build, clock, nature } = this.#options;
    const { lookForLine } = await import("../../client/line.ts");
    const next = nature === "looks" ? undefined : () => this.share({ mayStart: true });
    const found = await lookForLine({ paths: paths(), build: build(), clock }, next);
    if (typeof found !== "object") return found;
    this.#opened.push(found);
    this.#line = Promise.resolve(found);
    return found;
  }

  /** Forgets the shared connection: the daemon at its other end is about to go. */
  forget(): void {
    this.#shared = undefined;
    this.#line = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#opened.map((each) => each[Symbol.asyncDispose]()));
  }
}

/** A daemon of ours is told which project it is for. */
function daemonWordsOf({ dir }: { readonly dir: string }): string[] {
  return ["daemon", "run", "--project-dir", dir];
}

function hasGone(error: unknown): boolean {
  const codes = ["daemon.connection_lost", "daemon.stopping"];
  return error instanceof AppError && codes.includes(error.code);
}

/** A daemon that a service manager owns is for that to start; any other we start ourselves. */
async function openOrStart(
  how: EnsureDaemonOptions & { readonly clock: Clock },
): Promise<DaemonClient> {
  // The protocol takes longer to load than the rest of imp: help and versions do without it.
  const { startMissing, withRenewal } = await import("../../client/ensure_daemon.ts");
  const options = withRenewal(how);
  if (!options.takeover) {
    const { connectUsable } = await import("../../client/connect.ts");
    const client = await connectUsable(options);
    if (client) return client;
    // Not needed by a call that finds its daemon.
    const { connectToService } = await import("./service_daemon.ts");
    const served = await connectToService(options);
    if (served) return served;
  }
  return await startMissing(options);
}
