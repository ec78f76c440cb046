import * as z from "zod/mini";
import type { Clock } from "../base/clock.ts";
import { type Era, expectTasks } from "./era.ts";
import { readParams, type Request } from "./message.ts";
import { createProgress } from "./progress.ts";
import {
  type Result,
  toCallResult,
  toCreateTaskResult,
  toDiscoverResult,
  toTaskResult,
  toToolsResult,
} from "./results.ts";
import { RpcCode, RpcError } from "./rpc_error.ts";
import { answerCall } from "./answer_call.ts";
import { isTask, type ToolBox } from "./tool_box.ts";
import { toolDefinitions } from "./definitions.ts";
import { isToolName } from "./tools.ts";

/** A request under way, and what is there to answer it with. */
export interface MethodCall {
  readonly request: Request;
  readonly era: Era;
  readonly signal: AbortSignal;
  readonly tools: ToolBox;
  readonly clock: Clock;
  readonly send: (message: object) => Promise<void>;
}

/** Answers requests of one name. @throws RpcError */
export type Method = (call: MethodCall) => Result | Promise<Result>;

const SUBSCRIPTION_KEY = "io.modelcontextprotocol/subscriptionId";

const Token = z.union([z.string(), z.int()], "must be text or a whole number");
const CallParams = z.object({
  name: z.string("must be text"),
  arguments: z.optional(z.record(z.string(), z.unknown(), "must be an object")),
  _meta: z.optional(z.looseObject({ progressToken: z.optional(Token) }, "must be an object")),
});
const TaskParams = z.object({ taskId: z.string("must be text") });
const ListenParams = z.object({
  notifications: z.optional(z.looseObject({ taskIds: z.optional(z.unknown()) })),
});

const listTools: Method = ({ request, era }) => {
  // There is one page: nobody was told of another.
  if (request.params?.cursor !== undefined) {
    throw new RpcError(RpcCode.invalidParams, "params.cursor: there is no such page");
  }
  return toToolsResult(toolDefinitions(), era);
};

const callTool: Method = async ({ request, era, signal, tools, clock, send }) => {
  const { name, arguments: args = {}, _meta } = readParams(CallParams, request);
  if (!isToolName(name)) throw new RpcError(RpcCode.invalidParams, `Unknown tool: ${name}`);
  const token = _meta?.progressToken;
  const tell = (message: object) => void send(message).catch(() => {});
  const answer = await answerCall(tools, { name, args }, {
    signal,
    mayBeTask: era.kind === "modern" && era.hasTasks,
    onProgress: token === undefined
      ? undefined
      : createProgress({ clock, token, signal, send: tell }),
  });
  return isTask(answer) ? toCreateTaskResult(answer) : toCallResult(answer);
};

const getTask: Method = async ({ request, era, tools, signal }) => {
  expectTasks(era);
  const { taskId } = readParams(TaskParams, request);
  const task = await tools.lookAtTask(taskId, signal);
  if (task === undefined) throw unknownTask(taskId);
  return toTaskResult(task);
};

/** None of our tasks asks for anything: what is answered is of no use, as the extension has it. */
const updateTask: Method = async (call) => {
  await getTask(call);
  return {};
};

const cancelTask: Method = async ({ request, era, tools, signal }) => {
  expectTasks(era);
  const { taskId } = readParams(TaskParams, request);
  if (!await tools.cancelTask(taskId, signal)) throw unknownTask(taskId);
  return {};
};

/** Nothing of what can be listened to ever changes here: it is agreed to nothing, until somebody hangs up. */
const listen: Method = async ({ request, era, signal, send }) => {
  const { notifications } = readParams(ListenParams, request);
  if (notifications?.taskIds !== undefined) expectTasks(era);
  const _meta = { [SUBSCRIPTION_KEY]: request.id };
  const params = { _meta, notifications: {} };
  await send({ jsonrpc: "2.0", method: "notifications/subscriptions/acknowledged", params });
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  return {};
};

const METHODS: Readonly<Record<Era["kind"], Readonly<Record<string, Method>>>> = {
  modern: {
    "server/discover": toDiscoverResult,
    "tools/list": listTools,
    "tools/call": callTool,
    "tasks/get": getTask,
    "tasks/update": updateTask,
    "tasks/cancel": cancelTask,
    "subscriptions/listen": listen,
  },
  legacy: { "ping": () => ({}), "tools/list": listTools, "tools/call": callTool },
};

/** What answers requests of a name in an era. @throws RpcError method not found */
export function findMethod(name: string, era: Era): Method {
  const methods = METHODS[era.kind];
  if (Object.hasOwn(methods, name)) return methods[name]!;
  throw new RpcError(RpcCode.methodNotFound, `Method not found: ${name}`);
}

function unknownTask(taskId: string): RpcError {
  return new RpcError(RpcCode.invalidParams, `Unknown task: ${taskId}`);
}
