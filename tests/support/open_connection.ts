import { assertEquals } from "@std/assert";
import { FakeClock, settle } from "./fake_clock.ts";
import { BUILD, toHello } from "./fake_daemon.ts";
import { openDoor } from "./open_door.ts";
import { FakeSocket } from "./fake_socket.ts";
import { silentLogger } from "./silent_logger.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../src/config/settings.ts";
import type { RequestMessage } from "../../src/protocol/message.ts";
import type { Answer } from "../../src/rpc/server/client_answers.ts";
import { Connection } from "../../src/rpc/server/connection.ts";
import { createCounters } from "../../src/rpc/server/counters.ts";

/** What answers the requests of a connection. */
type Dispatch = (request: RequestMessage, connection: Connection) => Promise<Answer>;

const echo: Dispatch = ({ payload }) => Promise.resolve({ data: payload, afterReply: [] });

/** A connection of the daemon "d" to a socket that a test holds. */
export function openConnection(
  dispatch: Dispatch = echo,
  changes: Partial<Settings> = {},
  mayReply: () => Promise<void> | undefined = () => undefined,
) {
  const clock = new FakeClock();
  const socket = new FakeSocket();
  const counters = createCounters();
  const connection = new Connection(socket, {
    clock,
    logger: silentLogger,
    settings: () => ({ ...DEFAULT_SETTINGS, ...changes }),
    counters,
    daemonId: "d",
    pid: 1,
    build: BUILD,
    capabilities: [],
    ...openDoor(),
    dispatch: (connection, request) => dispatch(request, connection),
    mayReply,
  });
  return { clock, socket, counters, connection, served: connection.serve() };
}

/** Says hello. */
export async function greet(world: ReturnType<typeof openConnection>): Promise<void> {
  world.socket.send(toHello("d"));
  await settle();
  assertEquals(world.socket.messages().map(({ type }) => type), ["hello"]);
}

/** A request as it is sent. */
export function request(id: number, type = "ping", payload: unknown = {}) {
  return { id, type, payload };
}

/** A request that is answered when the test says so. */
export function openGate() {
  const gate = Promise.withResolvers<void>();
  const dispatch: Dispatch = async () => {
    await gate.promise;
    return { data: "late", afterReply: [] };
  };
  return { dispatch, open: gate.resolve };
}
