import { type Era, MODERN_VERSION, SERVER_INFO_KEY, TASKS_EXTENSION } from "./era.ts";
import type { LegacyVersion } from "./era.ts";
import type { TaskView, ToolAnswer } from "./tool_box.ts";

/** What a request is answered with. */
export type Result = Readonly<Record<string, unknown>>;

/** What changes only with the program is asked for again after an hour. */
const CACHE = { ttlMs: 3_600_000, cacheScope: "public" };
/** A run that is asked for more often is not over earlier. */
const POLL_INTERVAL_MS = 1_000;

const INSTRUCTIONS =
  "imp runs a project's dev servers, builds and tests as jobs that outlive this " +
  "session. Use it in place of `&`, nohup or a blocking command. imp_run: the same command twice " +
  "joins the running job. Give cwd: it chooses the project. Stop what you started: imp_stop.";

/** The server as it calls itself. */
function serverInfo(version: string) {
  return { name: "imp", title: "imp", version };
}

/** The answer to `initialize`. */
export function toInitializeResult(protocolVersion: LegacyVersion, version: string): Result {
  return {
    protocolVersion,
    capabilities: { tools: {} },
    serverInfo: serverInfo(version),
    instructions: INSTRUCTIONS,
  };
}

/** The answer to `server/discover`. */
export function toDiscoverResult(): Result {
  return {
    supportedVersions: [MODERN_VERSION],
    capabilities: { tools: {}, extensions: { [TASKS_EXTENSION]: {} } },
    instructions: INSTRUCTIONS,
    ...CACHE,
  };
}

/** The answer to `tools/list`. */
export function toToolsResult(tools: readonly unknown[], era: Era): Result {
  return { tools, ...era.kind === "modern" && CACHE };
}

/** The answer of a tool. */
export function toCallResult({ text, data, isError }: ToolAnswer): Result {
  return {
    content: [{ type: "text", text }],
    structuredContent: data,
    ...isError && { isError },
  };
}

/** The handle of a call that goes on, in place of an answer. */
export function toCreateTaskResult({ answer: _, ...task }: TaskView): Result {
  return { resultType: "task", ...task, ttlMs: null, pollIntervalMs: POLL_INTERVAL_MS };
}

/** How a task is, with its answer when there is one. */
export function toTaskResult({ answer, ...task }: TaskView): Result {
  return {
    ...{ ...task, ttlMs: null, pollIntervalMs: POLL_INTERVAL_MS },
    ...answer !== undefined && { result: { resultType: "complete", ...toCallResult(answer) } },
  };
}

/** With what the rules of an era want in every result. */
export function finishResult(result: Result, era: Era, version: string): Result {
  if (era.kind === "legacy") return result;
  return { resultType: "complete", _meta: { [SERVER_INFO_KEY]: serverInfo(version) }, ...result };
}
