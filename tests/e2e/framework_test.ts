/** Programs that are made of imp's parts: those of examples/, and one whose handler does all that it should not. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Box } from "../support/box.ts";
import { eventually } from "../support/eventually.ts";
import { readPage } from "../support/page.ts";
import { isAlive } from "../support/process_facts.ts";
import { openProgram, programDaemons, RUDE } from "../support/program_box.ts";
import { typeIn } from "../support/type_in.ts";

const ROOT = new URL("../../", import.meta.url);
const GREET = "examples/greet/main.ts";

Deno.test("a user who types what the page of the framework shows sees what it shows", async () => {
  const page = readPage("docs/framework.md");
  const [example] = page.blocks("ts");
  const text = await Deno.readTextFile(new URL(GREET, ROOT));
  assertEquals(example!.lines, text.trimEnd().split("\n"));
  await using program = await openProgram(GREET, { ids: [] });
  const { box } = program;
  await box.file("bin/greet", '#!/bin/sh\nexec imp "$@"\n', 0o755);
  await using shell = box.start(["/bin/sh", "-c", "exec 2>&1; exec /bin/sh"]);
  for (const step of page.consoleSteps()) await typeIn({ box, shell }, step);
  await shell.closeStdin();
  await shell.result();
});

Deno.test("what the page of the framework says of loading and compiling makes the same program", async () => {
  await using program = await openProgram(GREET, { ids: [] });
  const { box } = program;
  const page = readPage("docs/framework.md");
  const [whole, lazy, ...others] = page.blocks("ts").map(({ lines }) => lines.join("\n"));
  assertEquals(others, []);
  const handler = /handler: (\{.*?\n {2}\}),\n/s.exec(whole!)![1];
  const [before] = whole!.split("const code");
  await box.file("project/main.ts", lazy!);
  await box.file(
    "project/handler.ts",
    `${before!.replace("application", "type ApplicationHandler")}
export const handler: ApplicationHandler = ${handler};\n`,
  );
  const { imports, exports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  // What a project is compiled of lies within it, or in a package.
  await box.run(["cp", "-r", new URL("src", ROOT).pathname, box.project]);
  imports["@imp/imp/rpc"] = exports["./rpc"];
  const config = JSON.stringify({ nodeModulesDir: "none", imports });
  await box.file("project/deno.json", config);
  const script = page.blocks("sh").flatMap(({ lines }) => lines);
  const isCompiled = box.executable.kind === "compiled";
  const commands = isCompiled ? script : script.filter((line) => !line.includes(" compile "));
  const env = toolEnvironment();
  const greet = async (...words: string[]) =>
    (await box.run([`${box.project}/greet`, ...words])).stdout;
  for (const command of commands) {
    const { code, stderr } = await box.shell(command, { env });
    assertEquals(code, 0, stderr);
    if (!command.includes(" compile ")) continue;
    assertEquals(await greet("you"), "Hello you, this is call 1\n");
    assertEquals(await greet(), "Hello world, this is call 2\n");
    assertMatch(await greet("--daemon", "stop"), /^Stopped the daemon/);
  }
});

Deno.test("all that the framework exports is documented", async () => {
  const { exports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--lint", new URL(exports["./rpc"], ROOT).pathname],
    cwd: ROOT,
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
});

Deno.test("word-count counts what it is given, over stdin and in files", async () => {
  await using program = await openProgram("examples/word-count/main.ts");
  const { box, call } = program;
  assertEquals((await call([], "one two\nthree\n")).stdout, "2 3 14 -\n");
  await box.file("project/ä.txt", "ä\n");
  assertEquals((await call(["ä.txt"])).stdout, "1 1 3 ä.txt\n");
  const missing = await call(["--", "none.txt"]);
  assertEquals(missing.code, 1);
  assertStringIncludes(missing.stderr, 'word-count: Cannot read "none.txt": NotFound');
});

Deno.test("build-server builds once, for each directory by a daemon of its own", async () => {
  await using program = await openProgram("examples/build-server/main.ts", { ids: [] });
  const { box } = program;
  await Deno.mkdir(`${box.root}/other`);
  for (const dir of ["project", "other"]) {
    await using stop = new AsyncDisposableStack();
    const cwd = `${box.root}/${dir}`;
    stop.defer(async () => void await box.imp(["--daemon", "stop"], { cwd }));
    const page = await box.file(`${dir}/a.md`, `# The <${dir}>\n\nText\n`);
    const first = await box.imp(["a.md"], { cwd });
    assertEquals(first.stdout, `<h1>The &lt;${dir}&gt;</h1>\n<p>Text</p>\n`, first.stderr);
    assertEquals(first.stderr, "built 1, kept 0\n");
    assertEquals((await box.imp(["a.md"], { cwd })).stderr, "built 0, kept 1\n");
    await Deno.utime(page, 1, 1);
    assertEquals((await box.imp(["a.md"], { cwd })).stderr, "built 1, kept 0\n");
  }
  assertEquals((await box.imp([])).code, 2);
  await box.imp(["--daemon", "stop"]);
});

Deno.test("fifty first calls at once make one daemon, which answers all of them", async () => {
  await using program = await openProgram(RUDE);
  const { box, call } = program;
  const results = await Promise.all(Array.from({ length: 50 }, () => call(["calls"])));
  const counts = results.map(({ stdout }) => Number(stdout)).toSorted((a, b) => a - b);
  assertEquals(counts, Array.from({ length: 50 }, (_, index) => index + 1));
  assertEquals((await programDaemons(box)).length, 1);
});

Deno.test("two daemon ids are two daemons, and each knows its own", async () => {
  await using program = await openProgram(RUDE, { ids: ["one", "two"] });
  const { box, call } = program;
  const on = (id: string, ...args: string[]) => call(["--daemon-id", id, ...args]);
  assertEquals((await on("one", "calls")).stdout, "1\n");
  assertEquals((await on("one", "calls")).stdout, "2\n");
  assertEquals((await on("two", "calls")).stdout, "1\n");
  const env = { RUDE_PROGRAM_DAEMON_ID: "two" };
  assertEquals((await box.imp(["calls"], { env })).stdout, "2\n");
  assertMatch((await on("one", "--daemon", "status")).stdout, /^The daemon "one" is running \(pid/);
  assertEquals((await on("one", "--daemon", "stop")).code, 0);
  assertEquals((await on("one", "--daemon", "status")).code, 3);
  assertEquals((await on("one", "--daemon", "stop")).code, 3);
  assertEquals((await on("../one", "calls")).code, 2);
  assertEquals((await on("two", "calls")).stdout, "3\n");
});

Deno.test("a handler gets words, stdin, directory and environment, and says how it ends", async () => {
  await using program = await openProgram(RUDE);
  const { box, call } = program;
  assertEquals((await call([], 'a "b"\n')).stdout, 'text "a \\"b\\"\\n"\n');
  assertEquals((await call([], "")).stdout, 'text ""\n');
  const place = await box.imp(["place"], { env: { WORD: "w" } });
  assertEquals(place.stdout, `${box.project} w\n`);
  const exit = await call(["exit", "7"]);
  assertEquals([exit.code, exit.stdout, exit.stderr], [7, "", "going\n"]);
  assertEquals((await call(["pieces", "3"])).stdout, "3\n2\n1\n");
  const large = await call([], "x".repeat(5 * 1024 * 1024));
  assertEquals(large.code, 2);
  assertStringIncludes(large.stderr, "rude-program: The command has more than 4194304 bytes");
});

Deno.test("a handler that throws fails its own command, with the whole chain of why", async () => {
  await using program = await openProgram(RUDE);
  const { call } = program;
  const thrown = await call(["throw"]);
  assertEquals([thrown.code, thrown.stdout], [125, ""]);
  assertEquals(
    thrown.stderr,
    "rude-program: The command's handler failed: Cannot do it: no such thing\n",
  );
  const wrong = await call(["exit", "1000"]);
  assertEquals(wrong.code, 125);
  assertStringIncludes(wrong.stderr, "It returned 1000, which is no exit code");
  assertEquals((await call(["hoard"])).code, 125);
  assertEquals((await call(["calls"])).stdout, "4\n");
});

for (const how of ["SIGINT", "SIGKILL"] as const) {
  Deno.test(`a handler is cancelled when its client is gone by ${how}`, async () => {
    await using program = await openProgram(RUDE);
    const { box, call } = program;
    const file = `${box.root}/end`;
    await using client = box.startImp(["wait", file]);
    await client.waitForStdout("waiting\n");
    client.kill(how);
    const { code, stderr } = await client.result();
    if (how === "SIGINT") assertEquals([code, stderr], [130, ""]);
    await eventually("it was cancelled", () => Deno.readTextFileSync(file) === "cancelled");
    assertEquals((await call(["calls"])).stdout, "2\n");
  });
}

Deno.test("a handler that hangs is given up after its grace, and one that floods is slowed down", async () => {
  await using program = await openProgram(RUDE);
  const { box, call, log } = program;
  await using hanging = box.startImp(["hang"]);
  await hanging.waitForStdout("hanging\n");
  hanging.kill("SIGKILL");
  await eventually("it is given up", () => log().includes("it is given up"));
  await using flooding = box.start(["/bin/sh", "-c", '"$0" flood | head -c 1000 | wc -c', ...[
    `${box.root}/bin/imp`,
  ]]);
  assertEquals((await flooding.result()).stdout.trim(), "1000");
  assertEquals((await call(["calls"])).stdout, "3\n");
});

Deno.test("a newer build takes over, an older one does not, and a lost daemon is replaced", async () => {
  await using program = await openProgram(RUDE);
  const { box, pid } = program;
  const old = await pid();
  const command = await copyProgram(box);
  const newer = async () => {
    const { stdout, stderr } = await box.run([...command, "pid"]);
    assert(stdout !== "", stderr);
    return Number(stdout);
  };
  const next = await newer();
  assert(next !== old);
  await eventually("the old one has gone", () => !isAlive(old));
  assertEquals(await pid(), next);
  Deno.kill(next, "SIGKILL");
  const third = await newer();
  assert(![old, next].includes(third));
});

/** What deno needs beside what a box has: where its modules lie, and the runtime that a program is compiled with. */
function toolEnvironment(): Record<string, string> {
  const { stdout } = new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).outputSync();
  const { denoDir } = JSON.parse(new TextDecoder().decode(stdout));
  const runtime = Deno.env.get("DENORT_BIN");
  return {
    DENO_DIR: denoDir,
    PATH: `${Deno.execPath().replace(/\/[^/]+$/, "")}:/usr/bin:/bin`,
    ...(runtime === undefined ? {} : { DENORT_BIN: runtime }),
  };
}

/** The command of another copy of the program, which is newer; of a bundle, all of its files are copied. */
async function copyProgram(box: Box): Promise<string[]> {
  const { command, kind } = box.executable;
  const path = command.at(-1)!;
  const from = kind === "compiled" ? path : path.slice(0, path.lastIndexOf("/"));
  const to = `${box.root}/newer`;
  const { code } = await box.run(["cp", "-r", from, to]);
  assertEquals(code, 0);
  return [...command.slice(0, -1), kind === "compiled" ? to : `${to}/main.js`];
}
