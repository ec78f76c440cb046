/** How long a command takes, as a whole process seen from outside. */
import type { Box } from "../support/box.ts";

/** Milliseconds from start to end; fails unless it exits with 0. */
export function timeToEnd(box: Box, command: readonly string[], cwd = box.project): number {
  const startedAtMs = performance.now();
  const { code, stderr } = new Deno.Command(command[0]!, {
    args: command.slice(1),
    cwd,
    env: box.env,
    clearEnv: true,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).outputSync();
  const tookMs = performance.now() - startedAtMs;
  if (code !== 0) {
    throw new Error(`${command.join(" ")}: ${code}\n${new TextDecoder().decode(stderr)}`);
  }
  return tookMs;
}

/** Milliseconds from start to the first byte of stdout; waits for the end and fails unless it is 0. */
export async function timeToFirstByte(box: Box, command: readonly string[]): Promise<number> {
  const startedAtMs = performance.now();
  let firstAtMs: number | undefined;
  await using process = box.start(command, { onStdout: () => firstAtMs ??= performance.now() });
  const { code, stderr } = await process.result();
  if (code !== 0 || firstAtMs === undefined) {
    throw new Error(`${command.join(" ")} ended with ${code}, without output?\n${stderr}`);
  }
  return firstAtMs - startedAtMs;
}
