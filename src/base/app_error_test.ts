import { assertEquals } from "@std/assert";
import { reasonOf } from "./app_error.ts";

Deno.test("reasonOf() is what the system says, without its number and what it was asked", () => {
  const told = [
    ["Permission denied (os error 13): writefile '/a (os error)/b\nc'", "permission denied"],
    ["No such file or directory (os error 2)", "no such file or directory"],
    ["it is not there", "it is not there"],
    ["", ""],
  ] as const;
  for (const [message, reason] of told) assertEquals(reasonOf(new Error(message)), reason);
});
