/** Runs a shell line on our terminal, all of which it has meanwhile; resolves when it has ended. */
export async function runOnTerminal(line: string, args: readonly string[]): Promise<void> {
  const command = new Deno.Command("/bin/sh", {
    args: ["-c", line, "imp", ...args],
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
  });
  await command.spawn().status;
}
