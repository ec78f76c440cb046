import type { ToolArguments, ToolName } from "./tools.ts";

/** What a tool says: text for a model, and the same taken apart. */
export interface ToolAnswer {
  readonly text: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly isError?: boolean;
}

/** Something long that goes on whoever asks for it; its id finds it again also from another server. */
export interface TaskView {
  readonly taskId: string;
  readonly status: "working" | "completed" | "cancelled";
  readonly statusMessage?: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly lastUpdatedAt: string;
  /** What the call would have been answered with, when it is `completed`. */
  readonly answer?: ToolAnswer;
}

/** A call of a tool, under way. */
export interface ToolCall {
  /** Aborted when nobody wants the answer any more. */
  readonly signal: AbortSignal;
  /** The client can be given a task in place of an answer. */
  readonly mayBeTask: boolean;
  /** Tells how far it is; undefined where nobody wants to know. May be called as often as one likes. */
  readonly onProgress: ((message: string) => void) | undefined;
}

/** What the server offers. */
export interface ToolBox {
  /** @throws what is to be answered: an AppError, or a bug; the signal's reason */
  call<Name extends ToolName>(
    name: Name,
    args: ToolArguments<Name>,
    call: ToolCall,
  ): Promise<ToolAnswer | TaskView>;
  /** How a task is; undefined where there is none. */
  lookAtTask(taskId: string, signal: AbortSignal): Promise<TaskView | undefined>;
  /** Ends what a task does. False where there is none. */
  cancelTask(taskId: string, signal: AbortSignal): Promise<boolean>;
}

/** Whether a call goes on as a task. */
export function isTask(answer: ToolAnswer | TaskView): answer is TaskView {
  return "taskId" in answer;
}
