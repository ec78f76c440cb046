import { assert, assertEquals, assertThrows } from "@std/assert";
import { AppError } from "./app_error.ts";
import { parseEnvFile } from "./env_file.ts";

Deno.test("parseEnvFile() reads plain, exported, quoted and empty values", () => {
  const text = [
    "# remark",
    "",
    "A=1",
    "export B = two words # remark",
    "C='single # $A'",
    'D="line\\nbreak \\"x\\"" # remark',
    "E=",
    "F=a=b#c",
  ].join("\r\n");
  assertEquals(parseEnvFile(text, ".env"), {
    A: "1",
    B: "two words",
    C: "single # $A",
    D: 'line\nbreak "x"',
    E: "",
    F: "a=b#c",
  });
});

Deno.test("parseEnvFile() names the line of what is wrong and never its text", () => {
  for (const text of ["A=1\nhunter2", "A=1\nB='hunter2", "A=1\n1B=hunter2"]) {
    const error = assertThrows(() => parseEnvFile(text, ".env"), AppError);
    assertEquals(error.message, 'Line 2 of ".env" is no assignment');
    assert(!JSON.stringify(error.toShape()).includes("hunter2"));
  }
});
