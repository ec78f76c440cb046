import { assert, assertEquals, assertMatch } from "@std/assert";
import { VERSION } from "../../src/base/version.ts";
import { openBox } from "../support/box.ts";

Deno.test("imp says what it is, and this run says which imp it tests", async () => {
  await using box = await openBox();
  console.log(
    `\n*** end-to-end tests run the ${box.executable.kind} imp: ${
      box.executable.command.join(" ")
    }\n`,
  );
  const version = await box.impOk(["--version"]);
  assert(version.includes(VERSION) && /deno/i.test(version) && /v8/i.test(version), version);
  if (box.executable.kind === "compiled") assertMatch(version, /\d{8}T\d{6}\.\d{3}Z/);
  assertEquals(await box.daemons(), []);
});

Deno.test("every command has help with a summary, examples, output and exit codes", async () => {
  await using box = await openBox();
  const list = await box.impOk(["help"]);
  const names = [...list.matchAll(/^ {2}([a-z]+(?: [a-z]+)?)(?:, [a-z, ]+)? {2,}\S/gm)].map((
    match,
  ) => match[1]!);
  assert(names.length > 25, list);
  for (const name of names.filter((each) => !["help", "version"].includes(each))) {
    const help = await box.impOk([...name.split(" "), "--help"]);
    for (const heading of ["Usage:", "Examples:", "Output:", "Exit codes:"]) {
      assert(help.includes(heading), `${name} --help lacks ${heading}\n${help}`);
    }
  }
});
