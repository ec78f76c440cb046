/**
 * `mcp/` is the Model Context Protocol as far as tools need it, in both of its eras, without a transport: lines come in,
 * messages go out. What the tools do it does not know.
 */
import * as z from "zod/mini";
import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/app_error.ts";
import { chooseLegacyVersion, eraOf, type LegacyVersion } from "./era.ts";
import type { JsonLine } from "./json_lines.ts";
import {
  type Notification,
  readMessage,
  readParams,
  type Request,
  type RequestId,
} from "./message.ts";
import { findMethod, type MethodCall } from "./methods.ts";
import { finishResult, type Result, toInitializeResult } from "./results.ts";
import { RpcCode, RpcError } from "./rpc_error.ts";
import type { ToolBox } from "./tool_box.ts";

/** What a server is made of. */
export interface McpServerOptions {
  readonly tools: ToolBox;
  readonly clock: Clock;
  /** Of this program. */
  readonly version: string;
  /** Sends a message; those of one server in the order in which they were given. */
  readonly send: (message: object) => Promise<void>;
}

/** So many requests are answered at a time. */
const MOST_OPEN = 64;
/** The one revision in which several messages may stand in a list. */
const WITH_BATCHES = "2025-03-26";

const CancelledParams = z.object({ requestId: z.union([z.string(), z.int()]) });
const InitializeParams = z.object({ protocolVersion: z.string("must be text") });

/** Answers the messages of one client. */
export class McpServer {
  readonly #options: McpServerOptions;
  readonly #open = new Map<RequestId, AbortController>();
  /** The version of the session, once a client has begun one. */
  #session: LegacyVersion | undefined;

  constructor(options: McpServerOptions) {
    this.#options = options;
  }

  /** Takes a line of the client; resolves when what there is to be answered has been sent. */
  async receive(line: JsonLine): Promise<void> {
    const answer = "wrong" in line
      ? toError(undefined, new RpcError(RpcCode.parseError, `The line is ${line.wrong}`))
      : await this.#read(line.text);
    if (answer !== undefined) await this.#options.send(answer);
  }

  /** Nobody is there any more: what goes on is given up, but for the jobs. */
  close(): void {
    for (const open of this.#open.values()) open.abort();
  }

  async #read(text: string): Promise<object | undefined> {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      return toError(undefined, new RpcError(RpcCode.parseError, messageOf(error)));
    }
    if (!Array.isArray(value)) return await this.#answer(value);
    const isBatch = value.length > 0 && value.length <= MOST_OPEN;
    if (this.#session !== WITH_BATCHES || !isBatch) {
      const message =
        `Only a session of ${WITH_BATCHES} takes lists of messages, 1 to ${MOST_OPEN}`;
      return toError(undefined, new RpcError(RpcCode.invalidRequest, message));
    }
    const answers = await Promise.all(value.map((each) => this.#answer(each)));
    const told = answers.filter((answer) => answer !== undefined);
    return told.length === 0 ? undefined : told;
  }

  async #answer(value: unknown): Promise<object | undefined> {
    const message = readMessage(value);
    switch (message.kind) {
      case "ignored":
        return undefined;
      case "wrong":
        return toError(message.id, message.error);
      case "notification":
        return this.#hear(message.notification);
      case "request":
        return await this.#answerRequest(message.request);
    }
  }

  #hear({ method, params }: Notification): undefined {
    if (method !== "notifications/cancelled") return;
    const found = CancelledParams.safeParse(params);
    if (found.success) this.#open.get(found.data.requestId)?.abort();
  }

  async #answerRequest(request: Request): Promise<object | undefined> {
    const { id } = request;
    if (this.#open.has(id)) {
      return toError(id, new RpcError(RpcCode.invalidRequest, "This id is in use"));
    }
    if (this.#open.size >= MOST_OPEN) {
      const message = `No more than ${MOST_OPEN} requests at a time`;
      return toError(id, new RpcError(RpcCode.internalError, message));
    }
    const open = new AbortController();
    this.#open.set(id, open);
    try {
      const result = await this.#resultOf(request, open.signal);
      // Who has taken a question back wants no answer.
      return open.signal.aborted ? undefined : { jsonrpc: "2.0", id, result };
    } catch (error) {
      return open.signal.aborted ? undefined : toError(id, toRpcError(error));
    } finally {
      this.#open.delete(id);
      open.abort();
    }
  }

  async #resultOf(request: Request, signal: AbortSignal): Promise<Result> {
    const { version } = this.#options;
    const era = eraOf(request, this.#session);
    if (era.kind === "legacy" && request.method === "initialize") {
      const { protocolVersion } = readParams(InitializeParams, request);
      this.#session = chooseLegacyVersion(protocolVersion);
      return toInitializeResult(this.#session, version);
    }
    const method = findMethod(request.method, era);
    const call: MethodCall = { ...this.#options, era, request, signal };
    return finishResult(await method(call), era, version);
  }
}

function toError(id: RequestId | undefined, error: RpcError): object {
  return { jsonrpc: "2.0", ...id !== undefined && { id }, error: error.toShape() };
}

function toRpcError(error: unknown): RpcError {
  return error instanceof RpcError
    ? error
    : new RpcError(RpcCode.internalError, `This is a bug in imp: ${messageOf(error)}`);
}
