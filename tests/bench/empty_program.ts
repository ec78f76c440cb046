/** The floor of every start-up figure: Deno with nothing to do. */
import type { Box } from "../support/box.ts";

/** The command of an empty program, made the way imp under test is: compiled, or run from source. */
export async function buildEmptyProgram(box: Box): Promise<string[]> {
  const source = await box.file("empty.js", "");
  if (box.executable.kind === "source") {
    return [Deno.execPath(), "run", "--quiet", "-A", "--no-config", source];
  }
  const out = `${box.root}/empty`;
  const flags = ["--quiet", "-A", "--no-check", "--no-config", "--no-code-cache"];
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["compile", ...flags, `--output=${out}`, source],
    stderr: "piped",
  }).output();
  if (code !== 0) throw new Error(`Cannot compile: ${new TextDecoder().decode(stderr)}`);
  return [out];
}
