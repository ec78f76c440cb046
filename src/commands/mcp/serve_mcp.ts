import { within } from "../../base/clock.ts";
import { readJsonLines } from "../../mcp/json_lines.ts";
import { McpServer } from "../../mcp/mcp_server.ts";
import { MessageWriter } from "../../mcp/message_writer.ts";
import type { CommandContext } from "../frame/command.ts";
import { writeNote } from "../frame/write.ts";
import { ImpTools } from "./imp_tools.ts";

/** As much as a command may be, and what stands around it. */
const MOST_LINE_BYTES = 4 * 1_024 * 1_024;
/** What is under way when nobody asks for more is answered if that takes no longer. */
const LAST_ANSWERS_MS = 1_000;

/**
 * Answers what comes on stdin, on stdout, until there is no more. `daemonId` is that of all calls.
 * @throws AppError `output.closed` when nobody reads the answers
 */
export async function serveMcp(ctx: CommandContext, daemonId: string | undefined): Promise<void> {
  // Asked for early: the end of the reader ends this, too.
  const { signal, clock, stdout, stdin } = ctx;
  if (stdin.isTerminal) {
    await writeNote(ctx, "this is for a program that speaks MCP: claude mcp add imp -- imp mcp");
  }
  const writer = new MessageWriter((text) => stdout.write(text));
  const server = new McpServer({
    tools: new ImpTools({ ctx, daemonId }),
    clock,
    version: ctx.build.version,
    send: (message) => writer.send(message),
  });
  const stop = () => server.close();
  signal.addEventListener("abort", stop, { once: true });
  const open = new Set<Promise<void>>();
  const readAll = async () => {
    for await (const line of readJsonLines(stdin.bytes, { mostBytes: MOST_LINE_BYTES })) {
      // What cannot be written is told by the writer.
      const answered = server.receive(line).catch(() => {}).finally(() => open.delete(answered));
      open.add(answered);
      await writer.room();
    }
    await within(clock, LAST_ANSWERS_MS, Promise.all(open));
  };
  try {
    await Promise.race([readAll(), writer.failed, untilAborted(signal)]);
  } finally {
    signal.removeEventListener("abort", stop);
    server.close();
  }
}

/** Rejects with the signal's reason when it is aborted. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
