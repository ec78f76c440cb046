import { assertEquals, assertMatch } from "@std/assert";
import {
  evaluateProgram,
  type Evaluation,
  VARIABLE_MARK,
  type VariableRule,
} from "./evaluate_program.ts";
import { systemClock } from "./system_clock.ts";

/** What the file `main` among these comes to, by the node of this machine. */
async function evaluate(
  files: Readonly<Record<string, string>>,
  main: string,
  { variables = "unset", env = {}, timeoutMs = 60_000 }: {
    variables?: VariableRule;
    env?: Readonly<Record<string, string>>;
    timeoutMs?: number;
  } = {},
) {
  const dir = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${dir}/in`);
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${dir}/in/${name}`, text);
    }
    await Deno.writeTextFile(`${dir}/secret`, "x");
    const PATH = Deno.env.get("PATH")!;
    const options = {
      readable: `${dir}/in`,
      env: { PATH, ...env },
      variables,
      timeoutMs,
      clock: systemClock,
    };
    return await evaluateProgram(`${dir}/in/${main}`, options);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("evaluateProgram() gives what a module exports, with what it requires, whatever that prints", async () => {
  const files = {
    "main.js": `console.log("noise"); console.error("noise");
      const { port } = require("./port");
      setInterval(() => {}, 1);
      module.exports = { apps: [{ port, own: process.env.OWN || "none", then() {}, when: /x/ }] };`,
    "port.js": "module.exports = { port: 4000 };",
    "port.mjs": "export const port = 4000;",
    "main.mjs":
      "import { port } from './port.mjs'; export default { port, me: process.env.ME + process.env.PATH };",
  };
  const env = { OWN: "secret" };
  assertEquals(await evaluate(files, "main.js", { env }), {
    data: { apps: [{ port: 4000, own: "none" }] },
    lost: [
      { path: ["apps", 0, "then"], what: "a function" },
      { path: ["apps", 0, "when"], what: "a regular expression" },
    ],
    read: ["OWN"],
    set: ["PATH", "HOME", "PWD", "USER", "SHELL", "TMPDIR"],
  });
  const { data } = await evaluate(files, "main.mjs", { variables: "marked" }) as Evaluation;
  assertEquals(data, { port: 4000, me: ["", "ME", "", "PATH", ""].join(VARIABLE_MARK) });
});

Deno.test("evaluateProgram() lets a module read its directory, and do nothing else", async () => {
  const tries = [
    'require("fs").readFileSync("../secret")',
    'require("fs").writeFileSync("made", "")',
    'require("child_process").execSync("true")',
  ].map((text) => `(() => { try { ${text}; return "done"; } catch (e) { return e.code; } })()`);
  const { data } = await evaluate(
    { "main.js": `process.chdir(__dirname); module.exports = [${tries}];` },
    "main.js",
  ) as Evaluation;
  assertEquals(data, tries.map(() => "ERR_ACCESS_DENIED"));
});

Deno.test("evaluateProgram() says why a module exports nothing", async () => {
  const why = async (text: string, timeoutMs?: number) => {
    const result = await evaluate({ "main.js": text }, "main.js", { timeoutMs });
    return "why" in result ? result.why : "";
  };
  assertMatch(await why("throw new Error('no such thing')"), /fails: no such thing/);
  assertMatch(await why("process.exit(0)"), /it ends node/);
  assertMatch(await why("module.exports = {"), /fails: /);
  assertMatch(await why("for (;;) {}", 1_000), /does not end within 1000 ms/);
  assertMatch(await why("module.exports = new Array(60000).fill(0)"), /more than 50000 values/);
  const result = await evaluate({ "main.js": "" }, "main.js", { env: { PATH: "/nowhere" } });
  assertMatch("why" in result ? result.why : "", /there is no node/);
});
