/** The floor of every figure: Deno with nothing, or next to nothing, to do. */
import type { Box } from "../support/box.ts";

/** The command of a small program, made the way imp under test is: compiled, or run from source. */
export async function buildDenoProgram(
  box: Box,
  { name, source }: { name: string; source: string },
): Promise<string[]> {
  const file = await box.file(`${name}.js`, source);
  if (box.executable.kind === "source") {
    return [Deno.execPath(), "run", "--quiet", "-A", "--no-config", file];
  }
  const out = `${box.root}/${name}`;
  const flags = ["--quiet", "-A", "--no-check", "--no-config", "--no-code-cache"];
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["compile", ...flags, `--output=${out}`, file],
    stderr: "piped",
  }).output();
  if (code !== 0) throw new Error(`Cannot compile: ${new TextDecoder().decode(stderr)}`);
  return [out];
}
