import { assertEquals } from "@std/assert";
import { SpawnedRun } from "../../tests/support/spawned_run.ts";
import { commandWord } from "./command_word.ts";
import { resolveCommand } from "./resolve_command.ts";

const SYSTEM = "/usr/local/bin:/usr/bin:/bin";

function wordOf(typed: string, path: string | undefined): string {
  const env: Record<string, string> = path === undefined ? {} : { PATH: path };
  return commandWord(typed, { executable: "/found/it", env });
}

Deno.test("E6 commandWord() is the word as typed", () => {
  assertEquals(wordOf("cat", SYSTEM), "cat");
  assertEquals(wordOf("./serve", SYSTEM), "./serve");
  assertEquals(wordOf("bin/serve", undefined), "bin/serve");
  assertEquals(wordOf("/bin/cat", SYSTEM), "/bin/cat");
  assertEquals(wordOf("exec", ".:node_modules/.bin"), "exec");
});

Deno.test("E6 commandWord() is the path where a shell could find something else", () => {
  const words = [["-x", SYSTEM], ["-d/x", SYSTEM], ["cat", undefined], ["cat", ""]] as const;
  for (const [typed, path] of words) assertEquals(wordOf(typed, path), "/found/it");
  assertEquals(wordOf("cat", `/opt/100%/bin:${SYSTEM}`), "/found/it");
  assertEquals(wordOf("cat", `~/bin:${SYSTEM}`), "/found/it");
});

Deno.test("E6 a run executes what resolveCommand() finds, whatever it is called", async () => {
  const dir = await Deno.makeTempDir({ prefix: "imp-run-" });
  await Deno.mkdir(`${dir}/bin`);
  // Names of builtins, reserved words, functions of the shim and its options.
  const names = [
    "exec",
    "test",
    "true",
    "umask",
    "trap",
    "if",
    "__imp_end",
    "-x",
    "a b",
    "a=b",
    "*",
  ];
  for (const name of names) {
    await Deno.writeTextFile(`${dir}/bin/${name}`, '#!/bin/sh\necho "$1" from the file\n', {
      mode: 0o755,
    });
    const env = { PATH: `bin:${SYSTEM}` };
    const executable = resolveCommand(name, dir, env);
    await using run = new SpawnedRun([commandWord(name, { executable, env }), name], { dir, env });
    assertEquals([await run.ended(), run.stdout()], ["exit.0", `${name} from the file\n`]);
  }
  await Deno.remove(dir, { recursive: true });
});
