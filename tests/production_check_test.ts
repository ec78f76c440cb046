/** The executable is made of production builds: tools/production_check.ts, run by the build, holds it to that. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";

const ROOT = new URL("../", import.meta.url).pathname;
const SCREEN = `
import { render } from "ink";
import { jsx } from "react/jsx-runtime";
export { jsx, render };
`;

Deno.test("B6 a bundle that holds the development build of React is refused by name", async () => {
  const refused = await checkBundle(["--sourcemap=external"]);
  assertEquals(refused.code, 1);
  assertStringIncludes(refused.words, "screen.js keeps a record of all it does");
  assertStringIncludes(refused.words, "screen.js.map holds react.development.js");
  assertStringIncludes(refused.words, "screen.js.map holds react-reconciler.development.js");
});

Deno.test("B6 without a source map it is seen by what it does", async () => {
  const refused = await checkBundle([]);
  assertEquals(refused.code, 1);
  assertStringIncludes(refused.words, "performance.measure");
});

Deno.test("B6 the tools of React's developers are refused", async () => {
  const refused = await checkBundle(
    ["--minify"],
    "export {};",
    `import x from "react-devtools-core";`,
  );
  assertEquals(refused.code, 1);
  assertStringIncludes(refused.words, "devtools.js is for developers only");
  assertStringIncludes(refused.words, "devtools.js loads the tools of React's developers");
});

Deno.test("B6 a bundle of production builds passes", async () => {
  const passed = await checkBundle(["--minify", "--sourcemap=external"]);
  assertEquals(passed, { code: 0, words: "" });
});

/** Bundles the source as the build does, but for `args`, and looks at what came out (beside `devtools`). */
async function checkBundle(args: readonly string[], source = SCREEN, devtools?: string) {
  const dir = await Deno.makeTempDir({ prefix: "imp-t-" });
  try {
    await Deno.writeTextFile(`${dir}/screen.ts`, source);
    await Deno.mkdir(`${dir}/out`);
    if (devtools !== undefined) await Deno.writeTextFile(`${dir}/out/devtools.js`, devtools);
    const bundled = await runDeno([
      ...["bundle", "--quiet", "--no-check", "--platform=deno", "--external=./devtools.js"],
      ...[
        `--config=${ROOT}deno.json`,
        `--output=${dir}/out/screen.js`,
        ...args,
        `${dir}/screen.ts`,
      ],
    ]);
    assert(bundled.code === 0, bundled.words);
    return await runDeno(["run", "--allow-read", `${ROOT}tools/production_check.ts`, `${dir}/out`]);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

async function runDeno(args: readonly string[]): Promise<{ code: number; words: string }> {
  const command = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    stdout: "null",
    env: { NO_COLOR: "1" },
  });
  const { code, stderr } = await command.output();
  return { code, words: new TextDecoder().decode(stderr) };
}
