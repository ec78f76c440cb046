import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { AppError } from "../base/app_error.ts";
import { openLibc } from "./libc.ts";
import { resolveCommand } from "./resolve_command.ts";

// Stays open for good: opened here, so that it is not taken for a leak of the first test.
openLibc();

function box(): Disposable & { dir: string; script(path: string, text?: string): string } {
  const dir = Deno.realPathSync(Deno.makeTempDirSync());
  return {
    dir,
    script(path, text = "#!/bin/sh\n") {
      const full = `${dir}/${path}`;
      Deno.mkdirSync(full.slice(0, full.lastIndexOf("/")), { recursive: true });
      Deno.writeTextFileSync(full, text);
      Deno.chmodSync(full, 0o755);
      return full;
    },
    [Symbol.dispose]: () => Deno.removeSync(dir, { recursive: true }),
  };
}

Deno.test("resolveCommand() looks through the job's PATH in order", () => {
  using home = box();
  const first = home.script("a/tool");
  home.script("b/tool");
  assertEquals(resolveCommand("tool", "/", { PATH: `/no:${home.dir}/a:${home.dir}/b` }), first);
});

Deno.test("resolveCommand() passes over directories and what is not executable", () => {
  using home = box();
  Deno.mkdirSync(`${home.dir}/a/tool`, { recursive: true });
  Deno.chmodSync(home.script("b/tool"), 0o644);
  const right = home.script("c/tool");
  const PATH = ["a", "b", "c"].map((name) => `${home.dir}/${name}`).join(":");
  assertEquals(resolveCommand("tool", "/", { PATH }), right);
});

Deno.test("resolveCommand() takes relative names and PATH entries from cwd", () => {
  using home = box();
  const tool = home.script("bin/tool");
  assertEquals(resolveCommand("bin/tool", home.dir, {}), tool);
  assertEquals(resolveCommand("./bin/tool", home.dir, {}), tool);
  assertEquals(resolveCommand("tool", home.dir, { PATH: "bin" }), tool);
  assertEquals(resolveCommand("tool", `${home.dir}/bin`, { PATH: "" }), tool);
  assertEquals(resolveCommand("tool", `${home.dir}/bin`, { PATH: "/no:" }), tool);
});

Deno.test("resolveCommand() has a PATH of its own when there is none", () => {
  assertStringIncludes(resolveCommand("sh", "/", {}), "/sh");
});

Deno.test("F72 resolveCommand() tells not found from not executable", () => {
  using home = box();
  home.script("bad", "#!/no/such/interpreter -x\n");
  home.script("windows", "#!/bin/sh\r\necho\r\n");
  Deno.chmodSync(home.script("plain"), 0o644);
  Deno.mkdirSync(`${home.dir}/folder`);
  const env = { PATH: home.dir };
  const cases: [string, string, string][] = [
    ["", "command.not_found", '""'],
    ["nosuch", "command.not_found", '"nosuch"'],
    ["folder", "command.not_found", "folder"],
    ["./nosuch", "command.not_found", "./nosuch"],
    ["sh/x", "command.not_found", "sh/x"],
    ["a\0b", "command.not_found", "a"],
    ["./folder", "command.not_executable", "it is a directory"],
    ["./plain", "command.not_executable", "permission denied"],
    ["plain", "command.not_executable", "permission denied"],
    ["./bad", "command.not_executable", '"/no/such/interpreter" does not exist'],
    ["bad", "command.not_executable", '"/no/such/interpreter" does not exist'],
    ["./windows", "command.not_executable", '"/bin/sh\\r" does not exist'],
  ];
  for (const [name, code, words] of cases) {
    const error = assertThrows(() => resolveCommand(name, home.dir, env), AppError);
    assertEquals(error.code, code, name);
    assertStringIncludes(error.message, words);
  }
});

Deno.test("resolveCommand() accepts programs, empty files and interpreters with a blank before", () => {
  using home = box();
  for (const text of ["", "echo hello\n", "#! /bin/sh -e\n", "#!\n", "\x7fELF"]) {
    const tool = home.script("tool", text);
    assertEquals(resolveCommand("./tool", home.dir, {}), tool);
  }
});
