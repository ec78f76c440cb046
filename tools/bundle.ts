/**
 * From the source to the chunks that are put behind Deno's runtime: a copy with the build stamp filled in, bundled so
 * that each dynamic import is a chunk of its own (a command pays only for itself), checked, merged to few chunks a call,
 * and minified.
 */
import { copy } from "@std/fs/copy";
import { dirname, fromFileUrl, join, toFileUrl } from "@std/path";
import { checkChunks, describeChunks } from "./chunk_graph.ts";
import { packPage } from "../src/platform/pack_page.ts";
import { PAGE_PARTS } from "../src/web/page_file.ts";
import { mergeChunks } from "./merge_chunks.ts";
import { shortenImports } from "./shorten_imports.ts";
import { findDevelopmentCode } from "./production_check.ts";

/** What to bake into a build. */
export interface BundleOptions {
  readonly stamp: string;
  /** Another version than that of deno.json; for tests of two builds. */
  readonly version?: string | undefined;
  /** Another protocol number; for tests of two builds. */
  readonly protocol?: number | undefined;
  /** `OWNER/NAME` on GitHub, where `imp upgrade` will look. */
  readonly repository?: string | undefined;
  readonly minify: boolean;
  /** The main file of another program, below {@linkcode ROOT}; imp's own without. */
  readonly entry?: string | undefined;
}

/** A failure that is the caller's to mend; shown without a stack. */
export class BuildError extends Error {
  constructor(message: string, readonly exitCode = 1) {
    super(message);
  }
}

/** Nothing is wrong with the sources, but there is no runtime to put them behind. */
export const EXIT_NO_RUNTIME = 3;

/** The directory of deno.json. */
export const ROOT = fromFileUrl(new URL("..", import.meta.url));

const SCHEMAS = ["docs/imp.schema.json", "docs/output.schema.json"];
const SOURCES = ["main.ts", "src", "types", ...SCHEMAS, "deno.json", "deno.lock"];

/** What is taken from packages that are bundled and minified by themselves. */
interface PreparedPackages {
  readonly name: string;
  readonly source: string;
  readonly specifiers: readonly string[];
  readonly platform: "deno" | "browser";
}

const PREPARED: readonly PreparedPackages[] = [
  {
    // `deno bundle` takes the development build of React unless it minifies, and must not minify our own code (see `minify`).
    name: "screen_packages",
    source: `
export { Box, render, Text, Transform } from "ink";
export { Fragment, jsx, jsxs } from "react/jsx-runtime";
`,
    specifiers: ["ink", "react", "react/jsx-runtime"],
    platform: "deno",
  },
  {
    // For Node it requires modules of Node's; for browsers it is the same without them.
    name: "yaml_package",
    source: "export { Document, isAlias, isCollection, isMap, isScalar, isSeq, LineCounter, " +
      'parseDocument, visit } from "yaml";\n',
    specifiers: ["yaml"],
    platform: "browser",
  },
];
/** A part of ink for its own developers, which it loads when it is asked to by the environment. */
const DEVTOOLS = "./devtools.js";

const MINIFIER = "npm:esbuild@0.28.2";

/** A copy of the source that knows when it was built. */
export async function stageSource(stage: string, options: BundleOptions): Promise<void> {
  await Deno.mkdir(stage);
  await Deno.mkdir(join(stage, "docs"));
  for (const name of SOURCES) await copy(join(ROOT, name), join(stage, name));
  if (options.entry !== undefined) await stageProgram(stage, dirname(options.entry));
  await replaceOnce(join(stage, "src/base/build_stamp.ts"), /= ""/, `= "${options.stamp}"`);
  if (options.repository !== undefined) {
    const releases = join(stage, "src/base/releases.ts");
    await replaceOnce(releases, /= ""/, `= "${options.repository}"`);
  }
  const version = join(stage, "src/base/version.ts");
  if (options.version !== undefined) {
    await replaceOnce(version, /VERSION = "[^"]+"/, `VERSION = "${options.version}"`);
  }
  if (options.protocol !== undefined) {
    await replaceOnce(
      version,
      /PROTOCOL_VERSION = \d+/,
      `PROTOCOL_VERSION = ${options.protocol}`,
    );
  }
}

async function stageProgram(stage: string, dir: string): Promise<void> {
  await Deno.mkdir(join(stage, dirname(dir)), { recursive: true });
  await copy(join(ROOT, dir), join(stage, dir));
}

async function replaceOnce(path: string, pattern: RegExp, replacement: string): Promise<void> {
  const text = await Deno.readTextFile(path);
  if (!pattern.test(text)) throw new BuildError(`Nothing to fill in: ${pattern} is not in ${path}`);
  await Deno.writeTextFile(path, text.replace(pattern, replacement));
}

/** Fills `chunks` with `main.js` and a chunk for every dynamic import of the staged source; returns what is in there. */
export async function bundle(
  stage: string,
  chunks: string,
  options: BundleOptions,
): Promise<string> {
  const { entry = "main.ts" } = options;
  if (options.entry === undefined) {
    for (const prepared of PREPARED) await stagePackages(stage, prepared);
    await stagePage(stage);
  }
  await runBundler(stage, ["--platform=deno", "--code-splitting", `--outdir=${chunks}`, entry]);
  await expectProduction(chunks);
  for (const { name } of Deno.readDirSync(chunks)) {
    if (name.endsWith(".map")) await Deno.remove(join(chunks, name));
  }
  await dropRequire(chunks);
  const wrong = checkChunks(chunks);
  if (wrong.length > 0) throw new BuildError(wrong.join("\n  "));
  await merge(chunks);
  const words = describeChunks(chunks);
  if (options.minify) await minify(chunks);
  return words;
}

/** Puts the production builds of packages where the staged source looks for them. */
async function stagePackages(
  stage: string,
  { name, source, specifiers, platform }: PreparedPackages,
): Promise<void> {
  const dir = join(stage, name);
  await Deno.mkdir(dir);
  await Deno.writeTextFile(join(stage, `${name}.ts`), source);
  await runBundler(stage, [
    ...[`--platform=${platform}`, "--minify", `--output=${dir}/index.js`, `${name}.ts`],
  ]);
  await expectProduction(dir);
  const config = JSON.parse(await Deno.readTextFile(join(stage, "deno.json")));
  for (const specifier of specifiers) config.imports[specifier] = `./${name}/index.js`;
  await Deno.writeTextFile(join(stage, "deno.json"), JSON.stringify(config));
}

/** Puts the page, packed, where the staged source looks for it. */
async function stagePage(stage: string): Promise<void> {
  const texts = await packPage(toFileUrl(join(stage, "src/web/page/")), PAGE_PARTS);
  const target = join(stage, "src/web/page_texts.ts");
  await replaceOnce(target, /= \{\}/, `= ${JSON.stringify(texts)}`);
}

/** The source maps say what went into a bundle. */
async function runBundler(stage: string, args: readonly string[]): Promise<void> {
  await runDeno(stage, [
    ...["bundle", "--quiet", "--no-check", "--sourcemap=external"],
    ...[`--external=${DEVTOOLS}`, ...args],
  ]);
}

async function expectProduction(dir: string): Promise<void> {
  const found = await findDevelopmentCode(dir);
  if (found.length === 0) return;
  const words = found.map(({ file, what }) => `${file} ${what}`).join("\n  ");
  throw new BuildError(`The bundle holds what is for development only:\n  ${words}`);
}

/** How the bundler gives modules that are no ES modules a `require`: with `node:module`, in the chunk that all load. */
const REQUIRE =
  /^import \{ createRequire as (\w+) \} from "node:module";\nvar (__require) = \1\(import\.meta\.url\);\n/m;

/** Takes it out again, when nobody calls it: our own code needs none, and the screen's packages bring theirs. */
async function dropRequire(chunks: string): Promise<void> {
  const names = [...Deno.readDirSync(chunks)].map(({ name }) => name);
  for (const name of names) {
    const path = join(chunks, name);
    const text = await Deno.readTextFile(path);
    const rest = text.replace(REQUIRE, "").replace(/^ {2}__require,?\n/m, "");
    if (rest !== text && !/\b__require\b/.test(rest)) await Deno.writeTextFile(path, rest);
  }
}

/** Makes one chunk of those that the same calls load; what is for reading a stack trace stays. */
export async function merge(chunks: string): Promise<void> {
  await mergeChunks(chunks, (files, external) =>
    runDeno(chunks, [
      ...["run", "--quiet", "--allow-all", "--no-config", "--no-lock", MINIFIER],
      ...["--bundle", "--format=esm", "--platform=neutral", "--target=esnext"],
      ...["--external:node:*", "--log-level=warning", "--allow-overwrite", "--outdir=."],
      ...external.map((name) => `--external:./${name}`),
      ...files,
    ]));
  await shortenImports(chunks);
}

/**
 * Minifies names and spaces of every chunk. `deno bundle --minify` would shorten statements, too, and its esbuild, older
 * than 0.28.1, does so by dropping `using` from what is used once: it is never closed (evanw/esbuild#4482).
 */
async function minify(chunks: string): Promise<void> {
  const names = [...Deno.readDirSync(chunks)].map(({ name }) => name);
  const before = await countUsing(chunks, names);
  // Not among the imports: whoever runs imp from source would fetch it.
  await runDeno(chunks, [
    ...["run", "--quiet", "--allow-all", "--no-config", "--no-lock", MINIFIER],
    ...["--minify-whitespace", "--minify-identifiers", "--format=esm", "--target=esnext"],
    ...["--legal-comments=none", "--log-level=warning", "--allow-overwrite", "--outdir=."],
    ...names,
  ]);
  if (await countUsing(chunks, names) !== before) {
    throw new BuildError('Minifying loses a "using": what it holds would stay open');
  }
}

/** How many variables are declared with `using`. */
async function countUsing(dir: string, names: readonly string[]): Promise<number> {
  const texts = await Promise.all(names.map((name) => Deno.readTextFile(join(dir, name))));
  return [...texts.join("\n").matchAll(/\busing [\w$]+ ?=/g)].length;
}

/** Runs this Deno. @throws BuildError, with {@linkcode EXIT_NO_RUNTIME} when `deno compile` has nothing to build on */
export async function runDeno(cwd: string, args: readonly string[]): Promise<void> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd,
    stdin: "null",
    stdout: "inherit",
    stderr: "piped",
  }).output();
  await Deno.stderr.write(stderr);
  if (code === 0) return;
  if (/base binary|denort/i.test(new TextDecoder().decode(stderr))) {
    throw new BuildError(
      "Cannot get the runtime to build on: set DENORT_BIN to one",
      EXIT_NO_RUNTIME,
    );
  }
  throw new BuildError(`deno ${args[0]} failed with exit code ${code}`);
}
