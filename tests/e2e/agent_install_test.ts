/** imp in the settings of coding agents. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { openBox } from "../support/box.ts";

Deno.test("imp agent install names imp in the settings of each agent, once, and leaves all else", async () => {
  await using box = await openBox();
  const files = {
    claude: ".mcp.json",
    codex: ".codex/config.toml",
    cursor: ".cursor/mcp.json",
    vscode: ".vscode/mcp.json",
    gemini: ".gemini/settings.json",
  };
  for (const [agent, file] of Object.entries(files)) {
    const printed = await box.impOk(["agent", "install", agent, "--print"]);
    const told = await box.impOk(["agent", "install", agent]);
    assertStringIncludes(told, file);
    assertEquals(await Deno.readTextFile(`${box.project}/${file}`), printed);
    assertMatch(await box.impOk(["agent", "install", agent]), /is in .* already\n$/);
  }
  const vscode = JSON.parse(await Deno.readTextFile(`${box.project}/.vscode/mcp.json`));
  assertEquals(vscode.servers.imp, { type: "stdio", command: "imp", args: ["mcp"] });
});

Deno.test("imp agent install keeps links and modes, and writes nothing into what it does not understand", async () => {
  await using box = await openBox();
  const real = await box.file("dotfiles/mcp.json", '{ "a": 1 } // mine\n', 0o600);
  await Deno.symlink(real, `${box.project}/.mcp.json`);
  await box.impOk(["agent", "install", "claude"]);
  assertEquals((await Deno.lstat(`${box.project}/.mcp.json`)).isSymlink, true);
  assertEquals((await Deno.stat(real)).mode! & 0o777, 0o600);
  assertMatch(await Deno.readTextFile(real), /^\{ "a": 1, "mcpServers".*\} \/\/ mine\n$/);

  const broken = '{\n  "a": 1,,\n}\n';
  await box.file("project/.gemini/settings.json", broken);
  const refused = await box.imp(["agent", "install", "gemini"]);
  assertEquals(refused.code, 2);
  assertMatch(refused.stderr, /settings\.json: 2:\d+: /);
  assertEquals(await Deno.readTextFile(`${box.project}/.gemini/settings.json`), broken);

  const other = '{"mcpServers":{"imp":{"command":"/opt/imp"}}}';
  await box.file("project/.cursor/mcp.json", other);
  assertEquals((await box.imp(["agent", "install", "cursor"])).code, 6);
  assertEquals(await Deno.readTextFile(`${box.project}/.cursor/mcp.json`), other);
  await box.impOk(["agent", "install", "cursor", "--force"]);
  const unknown = await box.imp(["agent", "install", "clade"]);
  assertEquals([unknown.code, /agent install claude/.test(unknown.stderr)], [2, true]);
});

Deno.test("imp agent instructions --write keeps one block in AGENTS.md, or in the file that is named", async () => {
  await using box = await openBox();
  const block = await box.impOk(["agent", "instructions"]);
  const mine = "# Mine\n\nDo not panic.\n";
  const real = await box.file("project/docs/agents.md", mine, 0o640);
  await Deno.symlink(real, `${box.project}/AGENTS.md`);
  assertMatch(await box.impOk(["agent", "instructions", "--write"]), /^Wrote it into .*AGENTS\.md/);
  const text = await Deno.readTextFile(real);
  assertStringIncludes(text, block);
  assertEquals([text.startsWith(mine), (await Deno.stat(real)).mode! & 0o777], [true, 0o640]);
  assertMatch(await box.impOk(["agent", "instructions", "--write"]), /is in .* already\n$/);
  assertEquals(await Deno.readTextFile(real), text);

  const named = ["agent", "instructions", "--write", "CLAUDE.md"];
  const { action, file } = await box.impJson(named);
  assertEquals([action, file], ["created", `${box.project}/CLAUDE.md`]);
  await Deno.writeTextFile(file, "<!-- imp: begin -->\nno end\n");
  const refused = await box.imp(named);
  assertEquals([refused.code, await Deno.readTextFile(file)], [2, "<!-- imp: begin -->\nno end\n"]);
  assertEquals((await box.imp(["agent", "instructions", "AGENTS.md"])).code, 2);
});
