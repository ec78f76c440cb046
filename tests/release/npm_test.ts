/** The npm packages, packed and installed as they would be published, with no script run and nobody asked. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { findImp } from "../support/imp_executable.ts";
import { areThere } from "../support/programs.ts";
import {
  makeTestRelease,
  succeed,
  type TestRelease,
  TRIPLES,
  wordsOf,
} from "../support/test_release.ts";

const canRun = await areThere(["npm", "node"]);
const TRIPLE = TRIPLES.find((triple) => triple === Deno.build.target)!;
const PLATFORM = `${Deno.build.os}-${Deno.build.arch === "x86_64" ? "x64" : "arm64"}`;

Deno.test({
  name: "npm install --global of the packed packages gives an imp, and runs no script",
  ignore: !canRun,
  async fn() {
    await using release = await makeTestRelease();
    const packed = await pack(release, ["imp", PLATFORM]);
    const prefix = `${release.dir}/prefix`;
    await npm(release, ["install", "--global", `--prefix=${prefix}`, ...packed]);
    const imp = `${prefix}/bin/imp`;
    assertEquals(await succeed([imp, "a b", "c"]), wordsOf(TRIPLE, "a b c"));
    // By a link to the link, and from where somebody stands in between.
    await Deno.symlink("prefix/bin/imp", `${release.dir}/imp`);
    assertEquals(await succeed(["./imp"], { cwd: release.dir }), wordsOf(TRIPLE, ""));
  },
});

Deno.test({
  name: "npm install in a project gives an imp, and one without the platform's package says so",
  ignore: !canRun,
  async fn() {
    await using release = await makeTestRelease();
    const packed = await pack(release, ["imp", PLATFORM]);
    const project = `${release.dir}/project`;
    await Deno.mkdir(project);
    await Deno.writeTextFile(`${project}/package.json`, '{"private":true}');
    await npm(release, ["install", `--prefix=${project}`, ...packed]);
    const imp = `${project}/node_modules/.bin/imp`;
    assertEquals(await succeed([imp]), wordsOf(TRIPLE, ""));
    await Deno.remove(`${project}/node_modules/@imp/${PLATFORM}`, { recursive: true });
    const { code, stderr } = await new Deno.Command(imp).output();
    const words = new TextDecoder().decode(stderr);
    assertEquals(code, 1);
    assertStringIncludes(words, `imp: The package @imp/${PLATFORM} is not installed`);
    assertStringIncludes(words, "hint: ");
  },
});

const COMPILED = await findImp();

Deno.test({
  name: "an imp that was installed by npm keeps a daemon and its jobs",
  ignore: !canRun || COMPILED.kind !== "compiled",
  async fn() {
    await using release = await makeTestRelease();
    const platform = `${release.dir}/release/npm/${PLATFORM}/bin/imp`;
    await Deno.copyFile(COMPILED.command[0]!, platform);
    const scope = `${release.dir}/node_modules/@imp`;
    await Deno.mkdir(scope, { recursive: true });
    for (const name of ["imp", PLATFORM]) {
      await Deno.rename(`${release.dir}/release/npm/${name}`, `${scope}/${name}`);
    }
    const { openBox } = await import("../support/box.ts");
    await using box = await openBox({ kind: "compiled", command: [`${scope}/imp/bin/imp`] });
    const { code, stdout } = await box.imp(["run", "--", "sh", "-c", "echo from npm; exit 5"]);
    assertEquals([code, stdout], [5, "from npm\n"]);
    const [daemon] = await box.daemons();
    assert(daemon?.command.includes(`@imp/${PLATFORM}/bin/imp `), daemon?.command);
  },
});

/** Packs packages as `npm publish` does; returns the files. */
async function pack(release: TestRelease, names: readonly string[]): Promise<string[]> {
  const dirs = names.map((name) => `${release.dir}/release/npm/${name}`);
  const out = await npm(release, ["pack", `--pack-destination=${release.dir}`, ...dirs]);
  return out.trim().split("\n").map((name) => `${release.dir}/${name}`);
}

/** Nobody is asked over the network, no configuration of the user's is read, and a script would fail the install. */
function npm(release: TestRelease, args: readonly string[]): Promise<string> {
  return succeed([
    ...["npm", "--offline", "--ignore-scripts=false", "--foreground-scripts"],
    ...["--no-audit", "--no-fund", "--loglevel=error", `--cache=${release.dir}/cache`, ...args],
  ], { cwd: release.dir, env: { npm_config_userconfig: `${release.dir}/npmrc` } });
}
