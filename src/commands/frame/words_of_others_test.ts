import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { findCommand, subcommandsOf } from "./find_command.ts";
import { COMMANDS } from "../index.ts";
import { unknownCommandError } from "./unknown_command.ts";
import { WORDS_OF_OTHERS } from "./words_of_others.ts";

Deno.test("H words of other tools are none of ours, and lead to commands that there are", () => {
  for (const [word, hint] of Object.entries(WORDS_OF_OTHERS)) {
    assertEquals(findCommand(COMMANDS, word), undefined, word);
    for (const [, named] of hint.matchAll(/\bimp ([a-z]+)/g)) {
      assert(
        findCommand(COMMANDS, named!) ?? subcommandsOf(COMMANDS, named!)[0],
        `${word}: imp ${named}`,
      );
    }
  }
});

Deno.test("H an unknown command is answered with what was meant", () => {
  const hintOf = (word: string) => unknownCommandError(COMMANDS, word).hint ?? "";
  assertStringIncludes(hintOf("kill"), "imp stop");
  assertStringIncludes(hintOf("runs"), "imp show");
  assertStringIncludes(hintOf("tail"), "imp logs -f");
  assertStringIncludes(hintOf("shutdown"), "imp daemon stop");
  assertEquals(hintOf("strat"), "Did you mean imp start?");
  assertEquals(hintOf("xyzzy"), "imp help lists the commands");
  assertEquals(hintOf("toString"), "imp help lists the commands");
});
