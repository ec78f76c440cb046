import type { ToolAnswer } from "../../mcp/tool_box.ts";
import { STANDARD_BYTES, STANDARD_LINES } from "../../mcp/budgets.ts";
import type { ToolArguments } from "../../mcp/tools.ts";
import { readRun } from "../following/stream_command.ts";
import { ParsedArgs } from "../frame/parse_args.ts";
import { readPattern } from "../frame/read_pattern.ts";
import type { CallContext } from "./call_context.ts";
import { toOutputAnswer } from "./output_answer.ts";
import { readOutput } from "./output_reading.ts";

/** `imp_logs`: what a job printed in a run, or since a cursor. */
export async function readLogs(
  ctx: CallContext,
  args: ToolArguments<"imp_logs">,
): Promise<ToolAnswer> {
  const { lines = STANDARD_LINES, max_bytes = STANDARD_BYTES, stream, cursor } = args;
  const words = toFlags({ run: args.run, grep: args.grep });
  const pattern = readPattern(words, "grep");
  const source = await ctx.source();
  const details = await source.request("get_job", { job: args.job });
  const run = readRun(words, details);
  const read = await readOutput(ctx, {
    ...{ job: details.job, run, cursor, maxLines: lines, maxBytes: max_bytes },
    streams: stream === undefined ? undefined : [stream],
    pattern,
  });
  return toOutputAnswer({ head: [], data: { job_id: details.job.id, run } }, read);
}

/** Arguments as the flags that mean the same. */
export function toFlags(
  values: Readonly<Record<string, string | number | undefined>>,
  operands: readonly string[] = [],
): ParsedArgs {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return new ParsedArgs(new Map(given.map(([name, value]) => [name, [String(value)]])), operands);
}
