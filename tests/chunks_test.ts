/** What a call loads: tools/check_chunks.ts, which the build asks too, holds Node's modules off the client's path. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";

const ROOT = new URL("../", import.meta.url).pathname;

Deno.test("no module of Node's is on the way of a call that is no daemon and no screen", async () => {
  const { code, words } = await checkChunks();
  assertEquals(code, 0, words);
  assertMatch(words, /^\d\d+ chunks, \d\d+ of them on the client's path$/m);
});

Deno.test("check-chunks names the chunk, its files and the way to it", async () => {
  const { code, words } = await checkChunks({
    "main.js": 'import {\n  a\n} from "./chunk-AAAA1111.js";\na();\n',
    "chunk-AAAA1111.js": 'var a = () => import("./ping-BBBB2222.js");\nexport {\n  a\n};\n',
    "ping-BBBB2222.js":
      '// src/platform/a.ts\nimport "./chunk-CCCC3333.js";\nimport os from "node:os";\n',
    "chunk-CCCC3333.js": 'var b = __require("node:fs");\n',
  });
  assertEquals(code, 1);
  assertStringIncludes(
    words,
    "ping-BBBB2222.js (src/platform/a.ts) imports node:os on the client's path: " +
      "main.js → chunk-AAAA1111.js → ping-BBBB2222.js",
  );
  assertStringIncludes(words, "chunk-CCCC3333.js () imports node:fs");
});

Deno.test("check-chunks leaves the screen its modules, and the daemon its database alone", async () => {
  const files = {
    "main.js": 'import("./run_tui-AAAA1111.js"), import("./run_daemon-BBBB2222.js");\n',
    "run_tui-AAAA1111.js": 'import{a as b}from"node:tty";export{b};\n',
    "run_daemon-BBBB2222.js": 'import "node:sqlite";\nimport "./chunk-CCCC3333.js";\n',
    "chunk-CCCC3333.js": "var unused;\n",
  };
  const fine = await checkChunks(files);
  assertEquals(fine, { code: 0, words: "4 chunks, 1 of them on the client's path\n" });
  const os = { ...files, "chunk-CCCC3333.js": 'import { constants } from "node:os";\n' };
  const wrong = await checkChunks(os);
  assertEquals(wrong.code, 1);
  assertStringIncludes(
    wrong.words,
    "imports node:os on run_daemon: run_daemon-BBBB2222.js → chunk-CCCC3333.js",
  );
});

Deno.test("check-chunks lets only what reads a project load the parser of YAML at once", async () => {
  const files = {
    "main.js": 'import("./load_project-AAAA1111.js"), import("./ping-BBBB2222.js");\n',
    "load_project-AAAA1111.js": 'import {\n  y\n} from "./chunk-CCCC3333.js";\n',
    "ping-BBBB2222.js": 'var load = () => import("./load_project-AAAA1111.js");\n',
    "chunk-CCCC3333.js": "// src/project/read_yaml.ts\nvar y;\n",
  };
  assertEquals((await checkChunks(files)).code, 0);
  const eager = { ...files, "ping-BBBB2222.js": 'import { y } from "./chunk-CCCC3333.js";\n' };
  const { code, words } = await checkChunks(eager);
  assertEquals(code, 1);
  assertStringIncludes(
    words,
    "src/project/read_yaml.ts is loaded with ping-BBBB2222.js: ping-BBBB2222.js → chunk-CCCC3333.js",
  );
});

Deno.test("check-chunks keeps the page for imp web", async () => {
  const files = {
    "main.js": 'import("./web-AAAA1111.js"), import("./ping-BBBB2222.js");\n',
    "web-AAAA1111.js": 'var load = () => import("./serve_page-CCCC3333.js");\n',
    "serve_page-CCCC3333.js":
      '// src/web/page_server.ts\nvar load = () => import("./page_texts-DDDD4444.js");\n',
    "page_texts-DDDD4444.js": "// src/web/page_texts.ts\nvar PAGE_TEXTS;\n",
    "ping-BBBB2222.js": "var ping;\n",
  };
  assertEquals((await checkChunks(files)).code, 0);
  const eager = { ...files, "ping-BBBB2222.js": 'import { p } from "./page_texts-DDDD4444.js";\n' };
  const { code, words } = await checkChunks(eager);
  assertEquals(code, 1);
  assertStringIncludes(words, "src/web/page_texts.ts is loaded with ping-BBBB2222.js");
});

/** A bundle as esbuild makes it: what both calls share, what one of them loads, and a call that nobody makes often. */
const SPLIT = {
  "main.js": `import {
  Fault
} from "./chunk-AAAA1111.js";
import {
  name
} from "./chunk-BBBB2222.js";
for (const call of [() => import("./ping-AAAA0001.js"), () => import("./list-AAAA0002.js"), () => import("./cold-AAAA0003.js")]) {
  try { (await call()).run(); } catch (error) { console.log(name, error.message, error instanceof Fault, error.made()); }
}
`,
  "chunk-AAAA1111.js": `import {
  count as count2
} from "./chunk-BBBB2222.js";
var Fault = class extends Error { made() { return count2(); } };
export {
  Fault
};
`,
  "chunk-BBBB2222.js": `var made = 0;
function count() { return ++made; }
var name = "main";
export {
  count,
  name
};
`,
  "chunk-CCCC3333.js": `import {
  Fault as Fault2
} from "./chunk-AAAA1111.js";
import "./chunk-DDDD4444.js";
var name = "shared";
function fail(who) { throw new Fault2(who + " " + name); }
export {
  fail
};
`,
  "chunk-DDDD4444.js": `globalThis.loads = (globalThis.loads ?? 0) + 1;
`,
  "ping-AAAA0001.js": `import {
  fail
} from "./chunk-CCCC3333.js";
function run() { fail("ping"); }
export {
  run
};
`,
  "list-AAAA0002.js": `import {
  fail as fail2
} from "./chunk-CCCC3333.js";
var run = () => fail2("list");
export {
  run
};
`,
  "cold-AAAA0003.js": `import {
  Fault
} from "./chunk-AAAA1111.js";
import "./chunk-DDDD4444.js";
function run() { throw new Fault("cold " + loads); }
export {
  run
};
`,
};

Deno.test("chunks that the same calls load become one, import each once, and nothing is there twice", async () => {
  const dir = await Deno.makeTempDir();
  for (const [name, text] of Object.entries(SPLIT)) {
    await Deno.writeTextFile(`${dir}/${name}`, text);
  }
  const deno = async (...args: string[]) => {
    const command = new Deno.Command(Deno.execPath(), { args: ["run", "-A", ...args], cwd: ROOT });
    const { stdout, stderr } = await command.output();
    return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  };
  const run = () => deno("--quiet", "--no-config", `${dir}/main.js`);
  const before = await run();
  assertEquals(before, "main ping shared true 1\nmain list shared true 2\nmain cold 1 true 3\n");
  const words = await deno("--quiet", `${ROOT}tools/check_chunks.ts`, "--merge", dir);
  assertEquals(words, "6 chunks, 6 of them on the client's path\n");
  assertEquals(await run(), before);
  const texts = [...Deno.readDirSync(dir)].map(({ name }) =>
    Deno.readTextFileSync(`${dir}/${name}`)
  );
  assertEquals(texts.join("").match(/extends Error/g)?.length, 1);
  for (const text of texts) {
    const imported = [...text.matchAll(/^import .*"(\.\/.+)";$/gm)].map((match) => match[1]);
    assertEquals(imported, [...new Set(imported)]);
  }
  await Deno.remove(dir, { recursive: true });
});

/** Bundles the source and checks that, or checks `files` as they are. */
async function checkChunks(
  files?: Readonly<Record<string, string>>,
): Promise<{ code: number; words: string }> {
  const dir = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files ?? {})) {
      await Deno.writeTextFile(`${dir}/${name}`, text);
    }
    const tool = ["run", "--quiet", "-A", `${ROOT}tools/check_chunks.ts`];
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: files === undefined ? tool : [...tool, dir],
      cwd: ROOT,
    }).output();
    const words = [stdout, stderr].map((each) => new TextDecoder().decode(each)).join("");
    assert(code < 2, words);
    return { code, words };
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}
