import { AppError } from "../../base/app_error.ts";
import { STANDARD_CALL_S } from "../../mcp/budgets.ts";
import type { TaskView, ToolAnswer, ToolBox, ToolCall } from "../../mcp/tool_box.ts";
import type { ToolArguments, ToolName } from "../../mcp/tools.ts";
import { type CallContext, type CallWorld, openCall } from "./call_context.ts";

/** What a tool is given. */
interface Given<Name extends ToolName> {
  readonly args: ToolArguments<Name>;
  readonly call: ToolCall;
  readonly timeoutMs: number;
  readonly world: CallWorld;
  /** Makes a world in which a command of this name is typed. */
  readonly open: (command: string) => Promise<CallContext>;
}

type Answer = Promise<ToolAnswer | TaskView>;
type Tools = { readonly [Name in ToolName]: (given: Given<Name>) => Answer };

/** Does something in the world of a command, which ends with it. */
async function inContext<T>(
  opening: Promise<CallContext>,
  action: (ctx: CallContext) => Promise<T>,
): Promise<T> {
  await using ctx = await opening;
  return await action(ctx);
}

/** A server that is asked for its tools, and for none of them, loads what none of them needs. */
const TOOLS: Tools = {
  imp_status: ({ args, open }) =>
    inContext(
      open(args.job === undefined ? "list" : "show"),
      async (ctx) => (await import("./status_tool.ts")).showStatus(ctx, args),
    ),
  imp_up: async ({ args, timeoutMs, open }) =>
    (await import("./up_tool.ts")).bringUp({ args, timeoutMs, open: () => open("up") }),
  imp_run: ({ args, call, timeoutMs, open, world }) =>
    inContext(open("run"), async (ctx) => {
      const { runCommand } = await import("./run_tool.ts");
      return await runCommand(ctx, { args, call, timeoutMs }, async (reply) => {
        return (await import("./run_task.ts")).toNewTask(world, ctx, reply);
      });
    }),
  imp_logs: ({ args, open }) =>
    inContext(
      open("logs"),
      async (ctx) => (await import("./logs_tool.ts")).readLogs(ctx, args),
    ),
  imp_wait: ({ args, call, timeoutMs, open }) =>
    inContext(
      open("wait"),
      async (ctx) => (await import("./wait_tool.ts")).waitForJob(ctx, { args, call, timeoutMs }),
    ),
  imp_start: ({ args, open }) =>
    inContext(
      open(args.restart ? "restart" : "start"),
      async (ctx) => (await import("./start_tool.ts")).startJobs(ctx, args),
    ),
  imp_stop: ({ args, open }) =>
    inContext(open("stop"), async (ctx) => (await import("./stop_tool.ts")).stopJobs(ctx, args)),
};

/** The tools as they are on this machine: each call does what a command does in the directory that it names. */
export class ImpTools implements ToolBox {
  readonly #world: CallWorld;

  constructor(world: CallWorld) {
    this.#world = world;
  }

  async call<Name extends ToolName>(
    name: Name,
    args: ToolArguments<Name>,
    call: ToolCall,
  ): Answer {
    const { cwd, timeout_s = STANDARD_CALL_S } = args as {
      readonly cwd?: string;
      readonly timeout_s?: number;
    };
    const open = (command: string) => openCall(this.#world, { command, cwd, signal: call.signal });
    try {
      return await TOOLS[name]({
        ...{ args, call, open },
        timeoutMs: timeout_s * 1_000,
        world: this.#world,
      });
    } catch (error) {
      throw toModel(error);
    }
  }

  async lookAtTask(taskId: string, signal: AbortSignal): Promise<TaskView | undefined> {
    return await (await import("./run_task.ts")).lookAtRun(this.#world, taskId, signal);
  }

  async cancelTask(taskId: string, signal: AbortSignal): Promise<boolean> {
    return await (await import("./run_task.ts")).cancelRun(this.#world, taskId, signal);
  }
}

/** What a hint tells people to type is not for a model to do where it is to be left to people. */
function toModel(error: unknown): unknown {
  if (!(error instanceof AppError) || error.code !== "project.unconfirmed") return error;
  return new AppError(error.code, error.message, {
    hint: "It has confirm: true: only a person starts it. Ask the user",
    cause: error,
  });
}
