/** Whether all these programs are on the PATH, and files there; says which are not, because a test is ignored for it. */
export async function areThere(programs: readonly string[]): Promise<boolean> {
  const missing: string[] = [];
  for (const program of programs) {
    const { success } = await new Deno.Command("sh", {
      args: ["-c", 'command -v "$1" || test -r "$1"', "sh", program],
      stdout: "null",
    }).output();
    if (!success) missing.push(program);
  }
  if (missing.length > 0) console.error(`\n*** NOT THERE, tests are ignored: ${missing} ***\n`);
  return missing.length === 0;
}
