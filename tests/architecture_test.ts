/** The folders are the architecture: which room may know which, and what only one room may do. */
import { assertEquals } from "@std/assert";
import { REQUEST_TRAITS } from "../src/protocol/request_traits.ts";
import { VERSION } from "../src/base/version.ts";
import { GUARD_STORIES } from "./faults/guard_stories.ts";
import {
  checkCycles,
  checkExports,
  checkGlobals,
  checkLengths,
  checkNeverLoads,
  checkOnlyImporters,
  checkRooms,
  checkSameNames,
  checkText,
  formatViolation,
  isTest,
  resolveImport,
  type Violation,
} from "./support/architecture_rules.ts";
import { checkEntries, loadedBy } from "./support/entry_rules.ts";
import { ROOMS } from "./support/rooms.ts";
import { readSources, type SourceFile } from "./support/source_file.ts";

/** Who may parse JSON: the files' home, and what comes over a pipe, a socket, or with a fingerprint of its own. */
const READS_JSON = [
  "src/facts/",
  "src/store/",
  "src/protocol/",
  "src/platform/spawn/readiness.ts",
  "src/platform/evaluate_program.ts",
  "src/mcp/mcp_server.ts",
  // What browsers and the server say to each other.
  "src/web/",
  "src/logs/cut_record.ts",
  "src/config/parse_text.ts",
  "src/project/json_places.ts",
  "src/project/toml_places.ts",
  "src/commands/frame/status_source.ts",
  // Of what we print ourselves.
  "src/commands/following/show_since.ts",
  "src/commands/output/daemon_log_json.ts",
];

/** What everything else is guarded by, and what passes on what others have guarded. */
const THE_DOOR = [
  "src/platform/guarded.ts",
  "src/platform/system_clock.ts",
  "src/platform/on_signal.ts",
];

const ROOT = new URL("../", import.meta.url);
const SRC = readSources(ROOT, ["src"], ["main.ts"]);
const PRODUCT = SRC.filter((file) => !isTest(file.path));
const TESTS = [...readSources(ROOT, ["tests"]), ...SRC.filter((file) => isTest(file.path))];
const ALL = [...PRODUCT, ...TESTS, ...readSources(ROOT, ["tools", "types", "examples"])];

Deno.test("rooms import from their own and from lower floors only", () => {
  expectNone(checkRooms(PRODUCT, ROOMS));
});

Deno.test("only `daemon run`, and what reads a daemon's state in its place, bring its code into a client", () => {
  const allowed = ["src/commands/daemon.ts", "src/commands/frame/stored_source.ts", "src/daemon/"];
  expectNone(checkOnlyImporters(PRODUCT, "src/daemon/", allowed));
});

Deno.test("the framework knows neither imp's daemon nor its commands, and its client no daemon's code", () => {
  const allowed = ["src/rpc/be_daemon.ts", "src/rpc/answer_client.ts", "src/rpc/run_handler.ts"];
  const others = ["src/rpc/paced_output.ts", "src/rpc/application_options.ts", "src/daemon/"];
  const server = [...allowed, ...others, "src/rpc/server/"];
  expectNone(checkOnlyImporters(PRODUCT, "src/rpc/server/", server));
});

Deno.test("a client loads zod only when it reads settings or a daemon's state", () => {
  const CLIENT =
    /^(main\.ts|src\/(cli\.ts|rpc\/(application|call_daemon|control_daemon|tell_failure)\.ts|(client|commands|service|tui)\/(?!(daemon|frame\/(stored_source|check_files)|mcp\/serve_mcp|web\/serve_page)\.ts)))/;
  expectNone(checkNeverLoads(PRODUCT, { from: CLIENT, specifier: "zod/mini" }));
});

Deno.test("of what the daemon answers, the program loads no schema: it takes types alone", () => {
  const SHOWN =
    /^src\/protocol\/(reply|job_view|job_definition|process_view|run_changes|snapshot)\.ts$/;
  const loads = PRODUCT.filter(({ path }) => !SHOWN.test(path)).flatMap(({ path, imports }) =>
    imports.filter(({ kind, specifier }) =>
      kind !== "type" && SHOWN.test(resolveImport(path, specifier) ?? "")
    ).map(({ specifier }) => `${path}: ${specifier}`)
  );
  assertEquals(loads, []);
});

Deno.test("of Node's modules there are the database, what the screen's terminal needs and HTTPS for probes", () => {
  const expected = {
    "node:sqlite": ["sqlite.ts"],
    "node:process": ["screen_terminal.ts"],
    "node:https": ["sockets/ask_http.ts"],
  };
  for (const [specifier, files] of Object.entries(expected)) {
    const importers = PRODUCT.filter(({ imports }) =>
      imports.some((each) => each.specifier === specifier)
    ).map(({ path }) => path);
    assertEquals(importers, files.map((name) => `src/platform/${name}`));
  }
});

Deno.test("nothing imports the tools", () => {
  expectNone(checkOnlyImporters([...PRODUCT, ...TESTS.map(asProduct)], "tools/", ["tools/"]));
});

Deno.test("only platform/ and main.ts touch Deno", () => {
  expectNone(checkGlobals(PRODUCT, { pattern: /^Deno\b/, allowed: ["src/platform/", "main.ts"] }));
});

Deno.test("only main.ts exits", () => {
  expectNone(checkGlobals(PRODUCT, { pattern: /^Deno\.exit$/, allowed: ["main.ts"] }));
});

Deno.test("only platform/system_clock.ts knows clocks and timers, and the browser's are for the page", () => {
  const pattern =
    /^(setTimeout|setInterval|new Date|Date\.now|performance\b.*|AbortSignal\.timeout|Atomics\b.*)$/;
  const allowed = ["src/platform/system_clock.ts", "src/web/page/"];
  expectNone(checkGlobals(PRODUCT, { pattern, allowed }));
});

const GUARDED = loadedBy(PRODUCT, "src/daemon/run_daemon.ts");
const GUARDED_PROGRAM = loadedBy(PRODUCT, "src/rpc/be_daemon.ts");
const GUARDS = GUARDED.flatMap(({ entries }) => entries.guards);

Deno.test("every timer, listener and floating promise of the daemon is guarded, each by a name of its own", () => {
  expectNone(checkEntries(GUARDED, { allowed: THE_DOOR }));
  expectNone(checkEntries(GUARDED_PROGRAM, { allowed: THE_DOOR }));
  assertEquals(GUARDS.filter((name, index) => GUARDS.indexOf(name) !== index), []);
});

Deno.test("every guard of the daemon is in a story of tests/faults/guard_stories.ts that makes it fail", () => {
  const told = Object.values(GUARD_STORIES).flatMap(({ entries }) => entries);
  assertEquals(told.toSorted(), GUARDS.toSorted());
});

Deno.test("nothing writes to the console", () => {
  expectNone(checkGlobals(PRODUCT, { pattern: /^console\b/, allowed: [] }));
});

Deno.test("files that outlive a process are read in facts/ alone, by their schema", () => {
  const others = PRODUCT.filter(({ path }) => !READS_JSON.some((known) => path.startsWith(known)));
  const rule = "what is read from a file has its schema in src/facts/";
  expectNone(checkText(others, { pattern: /\bJSON\.parse\b/, rule }));
});

Deno.test("only run_sight.ts asks for the marker of a run", () => {
  const others = PRODUCT.filter(({ path }) => path !== "src/daemon/runs/run_sight.ts");
  const rule = "ask what became of the run: run_verdict.ts";
  expectNone(checkText(others, { pattern: /\b(host|#context)\.marker\(/, rule }));
});

/** What handlers share. */
const NO_HANDLERS = ["dispatch", "handler", "expect_settings"];

Deno.test("src/commands/ has a file for each command of the table, and no other", () => {
  const files = PRODUCT.flatMap(({ path }) => /^src\/commands\/(\w+)\.ts$/.exec(path)?.[1] ?? [])
    .filter((name) => name !== "index");
  const index = PRODUCT.find(({ path }) => path === "src/commands/index.ts");
  const loaded = index?.imports.flatMap(({ specifier }) =>
    /^\.\/(\w+)\.ts$/.exec(specifier)?.[1] ?? []
  );
  assertEquals([...new Set(loaded)].toSorted(), files.toSorted());
});

Deno.test("every request has a handler of its name, and every handler a request", () => {
  const handlers = PRODUCT.flatMap(({ path }) =>
    /^src\/daemon\/handlers\/(\w+)\.ts$/.exec(path)?.[1] ?? []
  ).filter((name) => !["index", ...NO_HANDLERS].includes(name));
  const path = (name: string) => `src/daemon/handlers/${name}.ts`;
  expectNone(
    checkSameNames(Object.keys(REQUEST_TRAITS), { there: handlers, path, what: "request" }),
  );
});

Deno.test("files do not import each other in circles, not for types and not by import() either", () => {
  expectNone(checkCycles(ALL));
});

Deno.test("an export has a user in the product, or is a part that a test looks at alone", () => {
  const product = [...PRODUCT, ...readSources(ROOT, ["tools", "examples"])];
  // What is offered to other programs has its users there.
  const own = PRODUCT.filter(({ path }) => path !== "src/rpc/application.ts");
  expectNone(checkExports(own, { product, tests: TESTS }));
});

Deno.test("functions and files stay short", () => {
  expectNone(checkLengths(ALL, { fileLines: 300, functionLines: 60 }));
  expectNone(
    checkLengths(SRC.filter(({ path }) => path === "main.ts"), {
      fileLines: 50,
      functionLines: 60,
    }),
  );
});

Deno.test("nothing is left for later", () => {
  expectNone(
    checkText(ALL, {
      pattern: new RegExp("\\bTO" + "DO\\b|\\bFIX" + "ME\\b"),
      rule: "does not land",
    }),
  );
});

Deno.test("tests wait for something, never for time", () => {
  const pattern = /^(setTimeout|setInterval|Atomics\b.*)$/;
  expectNone(checkGlobals(TESTS, { pattern, allowed: ["tests/support/eventually.ts"] }));
  const packages = /^(node:timers|@std\/async)\b/;
  // Helpers may let the event loop turn.
  const waiting = TESTS.filter(({ path }) => !path.startsWith("tests/support/"));
  expectNone(
    waiting.flatMap(({ path, imports }) =>
      imports.filter(({ specifier }) => packages.test(specifier)).map(({ specifier, line }) => ({
        path,
        line,
        what: `imports ${specifier}`,
        rule: "use tests/support/eventually.ts",
      }))
    ),
  );
});

Deno.test("deno.json maps the packages that are imported, and types/ has what comes without types", async () => {
  const config = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  const { jsxImportSource, jsxImportSourceTypes } = config.compilerOptions;
  const imported = new Set([
    ...[jsxImportSource, jsxImportSourceTypes],
    ...ALL.flatMap(({ imports }) => imports.map(({ specifier }) => specifier)),
  ]);
  const mapped = Object.keys(config.imports);
  assertEquals(mapped.filter((name) => !imported.has(name)), []);
  const types = await Deno.readTextFile(new URL("types/std.d.ts", ROOT));
  const typed = [...types.matchAll(/^declare module "(.*)"/gm)].map(([, name]) => name!);
  assertEquals(typed.toSorted(), mapped.filter((name) => name.startsWith("@std/")).toSorted());
});

Deno.test("deno.json and the code name the same version", async () => {
  const config = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  assertEquals(config.version, VERSION);
});

function asProduct(file: SourceFile): SourceFile {
  return { ...file, path: file.path.replace(/^tests\//, "test/").replace(/_test\.ts/, ".ts") };
}

function expectNone(violations: readonly Violation[]): void {
  assertEquals(violations.map(formatViolation), []);
}
