import { AppError } from "../../base/app_error.ts";
import { PROTOCOL_VERSION } from "../../base/version.ts";
import type { RequestMessage } from "../../protocol/message.ts";
import { describeRefusal, sayWhatMustBe } from "../../protocol/refusal.ts";
import { type PayloadOf, REQUESTS } from "../../protocol/request.ts";
import {
  isRequestName,
  REQUEST_TRAITS,
  type RequestName,
  traitsOf,
} from "../../protocol/request_traits.ts";
import type { Answer } from "../clients/client_answers.ts";
import type { Connection, ConnectionContext } from "../clients/connection.ts";
import type { Handler, HandlerParts } from "./handler.ts";
import { HANDLERS } from "./index.ts";

/** What a connection needs to have requests answered. */
export function createAnswering(
  parts: HandlerParts,
): Pick<ConnectionContext, "dispatch" | "mayReply"> {
  return {
    dispatch: (connection, request) => dispatch(parts, connection, request),
    // Also when it failed: a part may have been done.
    mayReply: ({ type }) => traitsOf(type)?.nature === "lasts" ? parts.store.sync() : undefined,
  };
}

/**
 * Answers one request.
 * @throws AppError `protocol.unknown_request`, `protocol.bad_payload`, or what its handler throws
 */
async function dispatch(
  parts: HandlerParts,
  connection: Connection,
  request: RequestMessage,
): Promise<Answer> {
  if (!isRequestName(request.type)) throw unknownRequest(parts, connection, request.type);
  try {
    return await answer(request.type, parts, connection, request);
  } finally {
    const { nature } = REQUEST_TRAITS[request.type];
    if (nature === "acts" || nature === "lasts") {
      parts.supervisor.revival.begin();
      parts.projects.begin();
    }
  }
}

async function answer<Name extends RequestName>(
  name: Name,
  parts: HandlerParts,
  connection: Connection,
  request: RequestMessage,
): Promise<Answer> {
  const parsed = REQUESTS[name].payload.safeParse(request.payload ?? {}, { error: sayWhatMustBe });
  if (!parsed.success) {
    throw new AppError(
      "protocol.bad_payload",
      `Malformed request "${name}": ${describeRefusal(parsed.error)}`,
    );
  }
  const handle = HANDLERS[name] as Handler<Name, keyof HandlerParts>;
  const afterReply: (() => void)[] = [];
  const data = await handle(parsed.data as PayloadOf<Name>, parts, {
    id: request.id,
    connection,
    signal: connection.signal,
    afterReply: (action) => void afterReply.push(action),
  });
  return { data, afterReply };
}

function unknownRequest({ build }: HandlerParts, connection: Connection, name: string): AppError {
  return new AppError(
    "protocol.unknown_request",
    `Daemon ${build.version} (protocol ${PROTOCOL_VERSION}) knows no request ${
      JSON.stringify(name.slice(0, 64))
    }; ` +
      `the client is ${connection.peer?.version}`,
    { hint: "Run `imp daemon restart` to have the daemon be this version" },
  );
}
