import { assertEquals } from "@std/assert";
import { formatCommand, formatJobCommand } from "./format_command.ts";

Deno.test("formatCommand() quotes as a shell would, and shows what a terminal would obey", () => {
  assertEquals(formatCommand(["echo", "a b", "it's", ""]), "echo 'a b' 'it'\\''s' ''");
  assertEquals(formatCommand(["x", "\x1b]0;title\x07", "a\nb"]).includes("\x1b"), false);
  assertEquals(formatCommand(["x", "a\nb"]), "x 'a\\nb'");
});

Deno.test("formatJobCommand() shows text of a project's file as it is there, and all else as it was typed", () => {
  const source = "/shop/imp.yaml";
  const shown: [command: string[], text: string][] = [
    [["sh", "-c", "npm run 'a b' \\\n  && x\n"], "npm run 'a b' \\\\n  && x"],
    [["/bin/bash", "-euo", "pipefail", "-c", "a | b"], "a | b"],
    [["python3", "-c", "print(1)"], "python3 -c 'print(1)'"],
    [["sh", "-c"], "sh -c"],
    [["sh", "-c", "x", "y"], "sh -c x y"],
    [["node", "server.js"], "node server.js"],
  ];
  for (const [command, text] of shown) assertEquals(formatJobCommand({ command, source }), text);
  const typed = { command: ["sh", "-c", "a | b"] };
  assertEquals(formatJobCommand(typed), "sh -c 'a | b'");
});
