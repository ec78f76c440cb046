import type { RequestMessage } from "../../protocol/message.ts";
import {
  isRequestName,
  REQUEST_TRAITS,
  type RequestName,
  traitsOf,
} from "../../protocol/request_traits.ts";
import { answerRequest, unknownRequest } from "../../rpc/server/answer_request.ts";
import type { Answer } from "../../rpc/server/client_answers.ts";
import type { Connection, ConnectionContext } from "../../rpc/server/connection.ts";
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
  const { type } = request;
  if (!isRequestName(type)) throw unknownRequest(parts.build, connection, type);
  try {
    return await answer({ ...request, type }, parts, connection);
  } finally {
    const { nature } = REQUEST_TRAITS[type];
    if (nature === "acts" || nature === "lasts") {
      parts.supervisor.revival.begin();
      parts.projects.begin();
    }
  }
}

function answer<Name extends RequestName>(
  request: RequestMessage & { type: Name },
  parts: HandlerParts,
  connection: Connection,
): Promise<Answer> {
  const handle = HANDLERS[request.type] as Handler<Name, keyof HandlerParts>;
  return answerRequest(request, connection, (payload, call) => handle(payload, parts, call));
}
