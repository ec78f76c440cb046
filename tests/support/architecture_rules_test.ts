/** Each rule of the architecture finds what is planted, and leaves its lawful twin alone. */
import { assertEquals } from "@std/assert";
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
  type Violation,
} from "./architecture_rules.ts";
import { parseSource } from "./source_file.ts";

const ROOMS = {
  base: { rooms: [], packages: [] },
  platform: { rooms: ["base"], packages: ["node:", "@std/path"] },
  client: { rooms: ["base", "platform"], packages: [] },
};

Deno.test("checkRooms() finds imports of a higher floor, of all kinds", () => {
  const planted = parseSource(
    "src/platform/a.ts",
    `import type { A } from "../client/a.ts";
     export * from "../client/b.ts";
     export const c = () => import("../client/c.ts");
     export type D = import("../client/d.ts").D;
     import { fine } from "../base/fine.ts";
     import { alsoFine } from "./b.ts";`,
  );
  assertEquals(linesOf(checkRooms([planted], ROOMS)), [1, 2, 3, 4]);
});

Deno.test("checkRooms() finds packages that a room may not use, and unknown rooms", () => {
  const client = parseSource("src/client/a.ts", `import { join } from "@std/path";`);
  const platform = parseSource(
    "src/platform/a.ts",
    `import { join } from "@std/path"; import "node:fs";`,
  );
  const nowhere = parseSource("src/attic/a.ts", "export {};");
  assertEquals(checkRooms([client, platform, nowhere], ROOMS).map(formatViolation), [
    "src/client/a.ts:1: imports @std/path (client may use: no package)",
    "src/attic/a.ts:1: room attic (no such room)",
  ]);
});

Deno.test("checkRooms() takes a folder in a room for a room of its own, and `room/` for all of these", () => {
  const rooms = {
    "daemon/clients": { rooms: [], packages: [] },
    "daemon/jobs": { rooms: [], packages: [] },
    daemon: { rooms: ["daemon/"], packages: [] },
  };
  const jobs = parseSource("src/daemon/jobs/a.ts", `import "../clients/a.ts"; import "../a.ts";`);
  assertEquals(checkRooms([jobs], rooms).map(formatViolation), [
    "src/daemon/jobs/a.ts:1: imports ../clients/a.ts (daemon/jobs may import from: nothing)",
    "src/daemon/jobs/a.ts:1: imports ../a.ts (daemon/jobs may import from: nothing)",
  ]);
  const above = parseSource("src/daemon/a.ts", `import "./clients/a.ts"; import "./jobs/a.ts";`);
  assertEquals(checkRooms([above], rooms), []);
});

Deno.test("checkRooms() leaves tests alone", () => {
  const test = parseSource("src/base/a_test.ts", `import "../client/a.ts"; import "@std/assert";`);
  assertEquals(checkRooms([test], ROOMS), []);
});

Deno.test("checkOnlyImporters() finds who imports from a closed room", () => {
  const files = ["list", "daemon"].map((name) =>
    parseSource(`src/commands/${name}.ts`, `const x = await import("../daemon/run_daemon.ts");`)
  );
  const found = checkOnlyImporters(files, "src/daemon/", ["src/commands/daemon.ts", "src/daemon/"]);
  assertEquals(found.map((violation) => violation.path), ["src/commands/list.ts"]);
});

Deno.test("checkGlobals() finds a global in every disguise", () => {
  const planted = parseSource(
    "src/client/a.ts",
    `Deno.exit(1);
     globalThis.Deno.env;
     const { env } = Deno;
     type Name = Deno.Signal;
     const o = { Deno };
     const fine = { Deno: 1 };
     fine.Deno;
     new Date(0);`,
  );
  const found = checkGlobals([planted], { pattern: /^Deno\b/, allowed: ["src/platform/"] });
  assertEquals(linesOf(found), [1, 2, 3, 4, 5]);
});

Deno.test("checkGlobals() knows a clock from a calendar", () => {
  const planted = parseSource(
    "src/client/a.ts",
    `new Date();
     Date.now();
     setTimeout(() => {}, 1);
     new Date(5);
     Date.UTC(2026);`,
  );
  const found = checkGlobals([planted], {
    pattern: /^(new Date|Date\.now|setTimeout)$/,
    allowed: [],
  });
  assertEquals(linesOf(found), [1, 2, 3]);
});

Deno.test("checkLengths() finds long functions and long files", () => {
  const long = (lines: number) => `export function f() {\n${"  f();\n".repeat(lines - 2)}}\n`;
  const check = (text: string) =>
    checkLengths([parseSource("src/base/a.ts", text)], { fileLines: 70, functionLines: 60 });
  assertEquals(check(long(60)), []);
  assertEquals(check(long(61)).map((violation) => violation.what), ["a function of 61 lines"]);
  assertEquals(check("//\n".repeat(70)), []);
  assertEquals(check("//\n".repeat(71)).map((violation) => violation.what), ["a file of 71 lines"]);
});

Deno.test("checkText() finds words that do not land", () => {
  const file = parseSource("src/base/a.ts", "// fine\n// LATER: not fine\n");
  assertEquals(linesOf(checkText([file], { pattern: /\bLATER\b/, rule: "does not land" })), [2]);
});

Deno.test("checkCycles() finds a circle once, also one of types, or of what loads later", () => {
  const file = (name: string, text: string) => parseSource(`src/base/${name}.ts`, text);
  const found = checkCycles([
    file("a", `import "./b.ts";`),
    file("b", `import "./c.ts";`),
    file("c", `import "./a.ts"; import "./e.ts";`),
    file("d", `import type { E } from "./e.ts";`),
    file("e", `import "./d.ts"; import("./a.ts");`),
  ]);
  assertEquals(found.map((violation) => violation.what), [
    "imports itself: src/base/a.ts → src/base/b.ts → src/base/c.ts → src/base/a.ts",
    "imports itself: src/base/d.ts → src/base/e.ts → src/base/d.ts",
    "imports itself: src/base/a.ts → src/base/b.ts → src/base/c.ts → src/base/e.ts → src/base/a.ts",
  ]);
});

Deno.test("checkExports() finds what nobody uses, and what only tests do, however it is imported", () => {
  const file = (name: string, text: string) => parseSource(`src/base/${name}.ts`, text);
  const lib = file(
    "lib",
    `export const used = () => part;
     export const dead = 1;
     export function forTests(): void {}
     export const part = 2;
     /** dead, dead */
     export interface Options { readonly a: number }
     export type Word = "a";
     export function run(options: Options): void {}
     export const { taken, left } = run;
     export const needless = 3, later = needless;
     export enum Kind { a }
     export class Awaited {}`,
  );
  const product = [
    lib,
    file("a", `import { used, type Awaited } from "./lib.ts"; export * from "./all.ts";`),
    file(
      "b",
      `const { taken } = await import("./lib.ts"); (await import("./lib.ts")).run({ a: 1 });`,
    ),
    file("c", `import("./lib.ts").then(({ later }) => later); type K = import("./lib.ts").Kind;`),
    file("all", `export const all = 1;`),
  ];
  const tests = [parseSource("src/base/lib_test.ts", `import { forTests, part } from "./lib.ts";`)];
  assertEquals(checkExports([lib, product[4]!], { product, tests }).map(formatViolation), [
    "src/base/lib.ts:2: exports dead (nobody imports it)",
    "src/base/lib.ts:3: exports forTests (only tests use it)",
    "src/base/lib.ts:7: exports Word (nobody imports it)",
    "src/base/lib.ts:9: exports left (nobody imports it)",
    "src/base/lib.ts:10: exports needless (nobody imports it)",
  ]);
});

Deno.test("checkNeverLoads() finds what is loaded through others, and not what is for later", () => {
  const found = checkNeverLoads([
    parseSource("src/client/a.ts", `import "../base/b.ts";`),
    parseSource("src/client/lawful.ts", `import type { Z } from "../base/c.ts"; import("z");`),
    parseSource("src/base/b.ts", `export * from "./c.ts";`),
    parseSource("src/base/c.ts", `import * as z from "z";`),
  ], { from: /^src\/client\//, specifier: "z" });
  assertEquals(found.map(({ what }) => what), [
    "src/client/a.ts → src/base/b.ts → src/base/c.ts",
  ]);
});

Deno.test("checkSameNames() finds what is missing and what is too much", () => {
  const found = checkSameNames(["ping", "stop"], {
    there: ["ping", "pong"],
    path: (name) => `handlers/${name}.ts`,
    what: "request",
  });
  assertEquals(found.map(formatViolation), [
    "handlers/stop.ts:1: is missing (every request)",
    "handlers/pong.ts:1: is too much (only a request)",
  ]);
});

function linesOf(violations: readonly Violation[]): number[] {
  return violations.map((violation) => violation.line);
}
