import { AppError } from "../../base/app_error.ts";
import { background } from "../../platform/guarded.ts";
import { ClientBudget } from "./client_budget.ts";
import { Connection, type ConnectionContext } from "./connection.ts";
import { Door } from "./door.ts";
import { openListener } from "./open_listener.ts";
import type { ByteConnection } from "./outbox.ts";

/** What the server needs beside what each connection needs of others. */
export interface ServerContext
  extends Omit<ConnectionContext, "admit" | "refuseFollower" | "budget"> {
  /** True when the client is another user; asked right after it was accepted. */
  readonly isForeignPeer: (socket: object) => boolean;
  /** Called when a connection came or went. */
  readonly onConnections: () => void;
}

/** So many may not have said hello for a while; they take no place of one that has. */
const MOST_STRANGERS = 128;
/** With so many of them, those who have said something or are gone are heard first. */
const CROWD = 32;
/** A program that connects many times at once gets so long to say hello on each of them, */
const STRANGERS_GRACE_MS = 250;
/** unless there are that many. */
const MOST_NEW_STRANGERS = 512;
/** So many places, or a quarter of a few, nobody can have who waits or follows: for commands that come and go. */
const KEPT_PLACES = 8;
/** So many may still be reading why they had to go. */
const MOST_LEAVING = 128;

/**
 * Accepts clients and gives them their places. There is one for every command: the longest idle client gives way to a
 * new one, and the oldest that has not said hello to the next that has not.
 */
export class Server implements AsyncDisposable {
  readonly #context: ServerContext & ConnectionContext;
  /** Accepted, and not yet heard of; the oldest first. */
  readonly #strangers = new Set<Connection>();
  readonly #clients = new Set<Connection>();
  readonly #leaving = new Set<Connection>();
  readonly #door: Door<ByteConnection>;

  constructor(context: ServerContext) {
    const { settings } = context;
    this.#context = {
      ...context,
      budget: new ClientBudget(() => ({
        requests: settings().maxOpenRequests,
        bytes: settings().maxPendingBytes,
      })),
      admit: (connection) => this.#admit(connection),
      refuseFollower: () => this.#refuseFollower(),
    };
    this.#door = new Door({
      ...context,
      letIn: (socket) => this.#accept(socket),
      isCrowded: () => this.#strangers.size >= CROWD,
    });
  }

  /** How many clients are connected. */
  get connections(): number {
    return this.#clients.size + this.#strangers.size;
  }

  /** False while clients do not find us: the socket was removed or replaced. */
  get isInPlace(): boolean {
    return this.#door.isInPlace;
  }

  /** Begins to accept; again, too, when the socket was taken away. @throws AppError as `listenUnix` does */
  async listenAt(path: string): Promise<void> {
    await this.close();
    this.#door.listen("server.accept", openListener(path, this.#context));
  }

  /** Stops accepting and removes the socket, unless it is another daemon's by now; who is connected stays so. */
  async close(): Promise<void> {
    await this.#door.close();
  }

  /** Tells every client, and closes its connection when it has read that. */
  async endAll(error: AppError): Promise<void> {
    await Promise.all(this.#all().map((connection) => connection.end(error)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
    for (const connection of this.#all()) connection.close();
    await this.#door.isLeft;
  }

  /** Resolves when the next may be accepted. */
  async #accept(socket: ByteConnection): Promise<void> {
    const connection = new Connection(socket, this.#context);
    const { counters, isForeignPeer, logger, onConnections } = this.#context;
    counters.connections++;
    if (isForeignPeer(socket)) {
      counters.rejected_connections++;
      logger.warn("Another user's connection was refused");
      // The next has to wait: where descriptors are not known, every other would look foreign too.
      return await connection.end(
        new AppError("permission.wrong_user", "This daemon belongs to another user"),
      );
    }
    this.#letStrangersGo();
    this.#strangers.add(connection);
    onConnections();
    background("connection.serve", () => this.#serve(connection), () => this.#drop(connection));
  }

  async #serve(connection: Connection): Promise<void> {
    await connection.serve();
    this.#drop(connection);
  }

  #drop(connection: Connection): void {
    connection.close();
    for (const all of [this.#strangers, this.#clients, this.#leaving]) all.delete(connection);
    this.#context.onConnections();
  }

  /** Those that have waited the longest, until there is room for one more. */
  #letStrangersGo(): void {
    const { clock, counters } = this.#context;
    for (const oldest of this.#strangers) {
      const isNew = clock.monotonic() - oldest.work.idleSince! < STRANGERS_GRACE_MS;
      if (this.#strangers.size < (isNew ? MOST_NEW_STRANGERS : MOST_STRANGERS)) return;
      counters.rejected_connections++;
      this.#letGo(oldest, noHello());
    }
  }

  #admit(connection: Connection): void {
    const { counters, settings } = this.#context;
    const { maxConnections } = settings();
    if (this.#clients.size >= maxConnections) {
      counters.rejected_connections++;
      const idle = longestIdle(this.#clients);
      if (idle === undefined) throw tooMany(this.#clients.size);
      this.#letGo(idle, gaveWay());
    }
    this.#strangers.delete(connection);
    this.#clients.add(connection);
  }

  #refuseFollower(): AppError | undefined {
    const { maxConnections } = this.#context.settings();
    const most = maxConnections - Math.min(KEPT_PLACES, Math.floor(maxConnections / 4));
    let waiting = 0;
    for (const client of this.#clients) if (client.work.isWaiting) waiting++;
    return waiting < most ? undefined : tooManyWaiting(most);
  }

  /** Its place is free at once, although it may take a moment to read why. */
  #letGo(connection: Connection, why: AppError): void {
    this.#strangers.delete(connection);
    this.#clients.delete(connection);
    this.#leaving.add(connection);
    background("connection.let_go", () => connection.end(why), () => connection.close());
    if (this.#leaving.size > MOST_LEAVING) [...this.#leaving][0]!.close();
  }

  #all(): Connection[] {
    return [...this.#strangers, ...this.#clients, ...this.#leaving];
  }
}

function longestIdle(clients: Iterable<Connection>): Connection | undefined {
  let found: { readonly client: Connection; readonly since: number } | undefined;
  for (const client of clients) {
    const since = client.work.idleSince;
    if (since !== undefined && since < (found?.since ?? Infinity)) found = { client, since };
  }
  return found?.client;
}

const RAISE = "Close some, or raise max_connections in the settings";

function tooMany(clients: number): AppError {
  const message = `The daemon has ${clients} clients already, and each waits for something`;
  return new AppError("limit.connections", message, { hint: RAISE });
}

function tooManyWaiting(most: number): AppError {
  const message = `${most} clients wait or follow already; the other places are for commands`;
  return new AppError("limit.followers", message, { hint: RAISE });
}

function gaveWay(): AppError {
  const message = "The connection gave way to another client: of all it had been idle the longest";
  return new AppError("limit.gave_way", message, { hint: RAISE });
}

function noHello(): AppError {
  return new AppError(
    "limit.gave_way",
    `The connection gave way to another: of more than ${MOST_STRANGERS} that have not said hello ` +
      "it was the oldest",
  );
}
