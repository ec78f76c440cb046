import { type ErrorShape, toErrorShape } from "../../base/app_error.ts";
import { exitCodeOf } from "../../base/exit_code_of.ts";
import { escapeLabel } from "../../base/terminal_text.ts";
import type { OutputStream } from "./command.ts";

/** Tells on stderr what a call ended with, and returns the exit code that says so too. */
export async function tellError(
  error: unknown,
  { stderr, json }: { readonly stderr: OutputStream; readonly json: boolean },
): Promise<number> {
  const shape = toErrorShape(error);
  const text = json ? `${JSON.stringify({ error: shape })}\n` : formatError(shape, error);
  await stderr.write(text).catch(() => {});
  return exitCodeOf(shape.code);
}

function formatError(shape: ErrorShape, error: unknown): string {
  const trace = error instanceof Error && shape.code === "internal.bug" && error.stack;
  const lines = [
    `imp: ${shape.message}`,
    ...shape.hint ? [`hint: ${shape.hint}`] : [],
    ...trace ? [trace] : [],
  ];
  return `${lines.join("\n").split("\n").map(escapeLabel).join("\n")}\n`;
}
