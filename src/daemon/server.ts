import { AppError, messageOf } from "../base/app_error.ts";
import { AcceptedSockets } from "../platform/accepted_sockets.ts";
import { background } from "../platform/guarded.ts";
import type { UnixListener } from "../platform/unix_socket.ts";
import { acceptForEver } from "./accept_for_ever.ts";
import { Connection, type ConnectionContext } from "./connection.ts";
import { openListener } from "./open_listener.ts";

/** What the server needs beside what each connection needs. */
export interface ServerContext extends ConnectionContext {
  /** True when the client is another user; asked right after it was accepted. */
  readonly isForeignPeer: (socket: object) => boolean;
  /** Called when a connection came or went. */
  readonly onConnections: () => void;
}

/** Accepts clients and keeps count of them; a client that is one too many is told so. */
export class Server implements AsyncDisposable {
  readonly #context: ServerContext;
  readonly #connections = new Set<Connection>();
  #listener: UnixListener | undefined;
  #accepting: Promise<void> = Promise.resolve();

  constructor(context: ServerContext) {
    this.#context = context;
  }

  /** How many clients are connected. */
  get connections(): number {
    return this.#connections.size;
  }

  /** False while clients do not find us: the socket was removed or replaced. */
  get isInPlace(): boolean {
    return this.#listener?.isInPlace() ?? false;
  }

  /** Begins to accept; again, too, when the socket was taken away. @throws AppError as `listenUnix` does */
  async listenAt(path: string): Promise<void> {
    await this.close();
    this.#listen(openListener(path, this.#context));
  }

  #listen(listener: UnixListener): void {
    this.#listener = listener;
    this.#accepting = acceptForEver("server.accept", this.#context.clock, {
      accept: () => this.#acceptAll(listener),
      isOpen: () => this.#listener === listener,
    });
  }

  /** Stops accepting and removes the socket, unless it is another daemon's by now; who is connected stays so. */
  async close(): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    await listener?.close();
  }

  /** Tells every client, and closes its connection when it has read that. */
  async endAll(error: AppError): Promise<void> {
    await Promise.all([...this.#connections].map((connection) => connection.end(error)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
    for (const connection of [...this.#connections]) connection.close();
    await this.#accepting;
  }

  async #acceptAll(listener: UnixListener): Promise<void> {
    const accepted = new AcceptedSockets(listener.path);
    for await (const socket of listener) {
      try {
        accepted.add(socket);
        await this.#accept(new Connection(socket, this.#context), socket);
      } catch (error) {
        this.#context.logger.error("A connection was not served", { error: messageOf(error) });
        socket.close();
      }
    }
  }

  /** Resolves when the next may be accepted. */
  async #accept(connection: Connection, socket: object): Promise<void> {
    const { counters, settings, isForeignPeer, logger, onConnections } = this.#context;
    counters.connections++;
    if (isForeignPeer(socket)) {
      counters.rejected_connections++;
      logger.warn("Another user's connection was refused");
      // The next has to wait: where descriptors are not known, every other would look foreign too.
      return await connection.end(
        new AppError("permission.wrong_user", "This daemon belongs to another user"),
      );
    }
    if (this.#connections.size >= settings().maxConnections) {
      counters.rejected_connections++;
      const refusal = tooMany(this.#connections.size);
      background("connection.refuse", () => connection.end(refusal), () => connection.close());
      return;
    }
    this.#connections.add(connection);
    onConnections();
    background("connection.serve", () => this.#serve(connection), () => this.#drop(connection));
  }

  async #serve(connection: Connection): Promise<void> {
    await connection.serve();
    this.#drop(connection);
  }

  #drop(connection: Connection): void {
    connection.close();
    this.#connections.delete(connection);
    this.#context.onConnections();
  }
}

function tooMany(clients: number): AppError {
  return new AppError("limit.connections", `The daemon has ${clients} clients already`, {
    hint: "Close some, or raise max_connections in the settings",
  });
}
