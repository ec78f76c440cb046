import { AppError } from "../../base/app_error.ts";
import { type BuildInfo, PROTOCOL_VERSION } from "../../base/version.ts";
import type { RequestMessage } from "../../protocol/message.ts";
import { PAYLOADS } from "../../protocol/payload.ts";
import { describeRefusal, sayWhatMustBe } from "../../protocol/refusal.ts";
import type { PayloadOf, ReplyOf } from "../../protocol/request.ts";
import type { RequestName } from "../../protocol/request_traits.ts";
import type { Call } from "./call.ts";
import type { Answer } from "./client_answers.ts";
import type { Connection } from "./connection.ts";

/** Answers the requests of one name. */
export type AnswerTo<Name extends RequestName> = (
  payload: PayloadOf<Name>,
  call: Call,
) => Promise<ReplyOf<Name>> | ReplyOf<Name>;

/**
 * Has a request answered whose payload is what it must be.
 * @throws AppError `protocol.bad_payload`, or what `answer` throws
 */
export async function answerRequest<Name extends RequestName>(
  { id, type, payload }: RequestMessage & { type: Name },
  connection: Connection,
  answer: AnswerTo<Name>,
): Promise<Answer> {
  const parsed = PAYLOADS[type].safeParse(payload ?? {}, { error: sayWhatMustBe });
  if (!parsed.success) {
    throw new AppError(
      "protocol.bad_payload",
      `Malformed request "${type}": ${describeRefusal(parsed.error)}`,
    );
  }
  const afterReply: (() => void)[] = [];
  const data = await answer(parsed.data as PayloadOf<Name>, {
    id,
    connection,
    signal: connection.signal,
    afterReply: (action) => void afterReply.push(action),
  });
  return { data, afterReply };
}

/** A request that this daemon does not know; who is older, client or daemon, is told. */
export function unknownRequest(build: BuildInfo, connection: Connection, name: string): AppError {
  return new AppError(
    "protocol.unknown_request",
    `Daemon ${build.version} (protocol ${PROTOCOL_VERSION}) knows no request ${
      JSON.stringify(name.slice(0, 64))
    }; ` +
      `the client is ${connection.peer?.version}`,
    { hint: "Run `imp daemon restart` to have the daemon be this version" },
  );
}
