import { assertEquals, assertRejects } from "@std/assert";
import { insertServer } from "./insert_server.ts";

const TABLE = { command: "imp", args: ["mcp"] };

function insert(path: string, text: string, isForced = false) {
  const within = path.endsWith(".toml") ? "mcp_servers" : "mcpServers";
  return insertServer({ path, text }, { within, name: "imp", table: TABLE }, { isForced });
}

async function textOf(path: string, text: string, isForced = false): Promise<string> {
  const result = await insert(path, text, isForced);
  if (result.is === "text") return result.text;
  throw new Error(result.is);
}

Deno.test("insertServer() leaves all else as it was, remarks and order, too, and adds itself once", async () => {
  const json = `// mine
{
    "theme": "dark", // always
    "mcpServers": {
        "other": { "command": "x" } // kept
    },
    "last": [1, 2]
}
`;
  const made = await textOf("a.json", json);
  for (const part of ["// mine", "// always", "// kept", `"last": [1, 2]`]) {
    assertEquals(made.includes(part), true, part);
  }
  assertEquals(await insert("a.json", made), { is: "there" });
  const toml = "# mine\nmodel = 'x'\n\n[mcp_servers.other]\ncommand = 'y' # kept\n";
  const added = await textOf("a.toml", toml);
  assertEquals(added.startsWith(toml), true);
  assertEquals(
    added.slice(toml.length),
    '\n[mcp_servers.imp]\ncommand = "imp"\nargs = [ "mcp" ]\n',
  );
  assertEquals(await insert("a.toml", added), { is: "there" });
});

Deno.test("insertServer() makes a file of nothing, and keeps the ends of lines", async () => {
  assertEquals(JSON.parse(await textOf("a.json", "")), { mcpServers: { imp: TABLE } });
  assertEquals(JSON.parse(await textOf("a.json", "{}\n")), { mcpServers: { imp: TABLE } });
  const windows = await textOf("a.json", '{\r\n  "a": 1\r\n}\r\n');
  assertEquals(/[^\r]\n/.test(windows), false);
});

Deno.test("insertServer() leaves another server of its name, unless it is told not to", async () => {
  const json = '{ "mcpServers": { "imp": { "command": "/opt/imp" } }, "a": 1 }';
  assertEquals(await insert("a.json", json), { is: "other" });
  assertEquals(JSON.parse(await textOf("a.json", json, true)), {
    mcpServers: { imp: TABLE },
    a: 1,
  });
  const toml = "[mcp_servers.imp]\ncommand = '/opt/imp'\n";
  assertEquals(await insert("a.toml", toml), { is: "other" });
  assertEquals(await insert("a.toml", toml, true), { is: "no_place" });
});

Deno.test("insertServer() has no place in what is no table, and refuses what is broken", async () => {
  assertEquals(await insert("a.json", "[]"), { is: "no_place" });
  assertEquals(await insert("a.json", '{"mcpServers": []}'), { is: "no_place" });
  assertEquals(await insert("a.toml", "mcp_servers = {}\n"), { is: "no_place" });
  await assertRejects(() => insert("a.json", '{"a": '));
  await assertRejects(() => insert("a.toml", "a = \n"));
});
