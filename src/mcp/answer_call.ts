import { AppError, toErrorShape } from "../base/app_error.ts";
import { describeRefusal, sayWhatMustBe } from "../protocol/refusal.ts";
import type { TaskView, ToolAnswer, ToolBox, ToolCall } from "./tool_box.ts";
import { TOOL_ARGUMENTS, type ToolArguments, type ToolName } from "./tools.ts";

/**
 * Has a tool called, once its arguments are right. What goes wrong is an answer, too: models can do something about it.
 * Rejects only with the signal's reason.
 */
export async function answerCall(
  tools: ToolBox,
  { name, args }: { readonly name: ToolName; readonly args: Readonly<Record<string, unknown>> },
  call: ToolCall,
): Promise<ToolAnswer | TaskView> {
  try {
    return await tools.call(name, readArguments(name, args), call);
  } catch (error) {
    call.signal.throwIfAborted();
    return toErrorAnswer(error);
  }
}

/** @throws AppError `usage.bad_arguments` */
function readArguments<Name extends ToolName>(name: Name, args: unknown): ToolArguments<Name> {
  const schema = TOOL_ARGUMENTS[name];
  const found = schema.safeParse(args, { error: sayWhatMustBe });
  if (found.success) return found.data as ToolArguments<Name>;
  const [issue] = found.error.issues;
  const unknown = issue?.code === "unrecognized_keys" ? issue.keys.join(", ") : undefined;
  throw new AppError(
    "usage.bad_arguments",
    unknown === undefined
      ? `${name}: ${describeRefusal(found.error)}`
      : `${name} takes no ${unknown}`,
    { hint: `It takes ${Object.keys(schema.def.shape).join(", ")}` },
  );
}

/** An error as a model reads it. */
function toErrorAnswer(thrown: unknown): ToolAnswer {
  const error = toErrorShape(thrown);
  const hint = error.hint === undefined ? "" : `\nhint: ${error.hint}`;
  return { text: `${error.code}: ${error.message}${hint}`, data: { error }, isError: true };
}
