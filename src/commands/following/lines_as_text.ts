import type { CommandContext, OutputStream } from "../frame/command.ts";
import { livingContext } from "../frame/living_context.ts";
import type { LogWriter } from "../output/log_writer.ts";

/** Where the lines are read, and the writer that they go to. */
export interface LinesAside {
  readonly ctx: CommandContext;
  readonly writer: LogWriter;
}

/** The lines that `write` writes, as people read them where there is no terminal, instead of showing them. */
export async function linesAsText(
  ctx: CommandContext,
  write: (aside: LinesAside) => Promise<void>,
): Promise<string[]> {
  const { LogWriter } = await import("../output/log_writer.ts");
  const decoder = new TextDecoder();
  let text = "";
  const stdout: OutputStream = {
    ...{ isTerminal: false, columns: 80, rows: 24 },
    write: (data) => {
      text += typeof data === "string" ? data : decoder.decode(data, { stream: true });
      return Promise.resolve();
    },
  };
  // Not copied: what is behind its getters is not made before it is asked for.
  const aside: CommandContext = Object.create(await livingContext(ctx), {
    stdout: { value: stdout },
    json: { value: false },
    color: { value: false },
  });
  await write({ ctx: aside, writer: new LogWriter(aside, {}) });
  return text === "" ? [] : text.trimEnd().split("\n");
}
