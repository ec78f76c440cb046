import inputSchemas from "./input_schemas.json" with { type: "json" };
import { TOOL_TEXTS, type ToolName } from "./tools.ts";

/** What `tools/list` tells, always in the same order: clients and models keep it. */
export function toolDefinitions(): Record<string, unknown>[] {
  return (Object.keys(TOOL_TEXTS) as ToolName[]).map((name) => ({
    name,
    ...TOOL_TEXTS[name],
    inputSchema: inputSchemas[name],
  }));
}
