import { assert, assertEquals } from "@std/assert";
import { toArgv } from "./script_argv.ts";

const ARGUMENT_LIMIT_BYTES = 128 * 1024;

async function run(argv: readonly string[]): Promise<string> {
  const output = await new Deno.Command(argv[0]!, { args: argv.slice(1) }).output();
  return new TextDecoder().decode(output.stdout);
}

Deno.test("toArgv() gives a short script to sh as it is", () => {
  assertEquals(toArgv("echo a"), ["/bin/sh", "-c", "echo a"]);
});

Deno.test("toArgv() has a script run that is longer than an argument may be", async () => {
  const argv = toArgv(`: <<'E'\n${"€".repeat(150_000)}\nE\necho $# $0 "it's \\"done\\""`);
  for (const word of argv) {
    assert(new TextEncoder().encode(word).length < ARGUMENT_LIMIT_BYTES);
  }
  assertEquals(await run(argv), '0 sh it\'s "done"\n');
});

Deno.test("toArgv() tears no character, wherever the cuts fall", async () => {
  for (const offset of ["", "x"]) {
    const text = `${offset}${"😀".repeat(45_000)}`;
    assertEquals(await run(toArgv(`printf %s '${text}'`)), text);
  }
});
