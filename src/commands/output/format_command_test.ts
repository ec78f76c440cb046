import { assertEquals } from "@std/assert";
import { formatCommand } from "./format_command.ts";

Deno.test("formatCommand() quotes as a shell would, and shows what a terminal would obey", () => {
  assertEquals(formatCommand(["echo", "a b", "it's", ""]), "echo 'a b' 'it'\\''s' ''");
  assertEquals(formatCommand(["x", "\x1b]0;title\x07", "a\nb"]).includes("\x1b"), false);
  assertEquals(formatCommand(["x", "a\nb"]), "x 'a\\nb'");
});
