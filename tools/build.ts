/**
 * `deno task compile`: one executable out of the source. The source is copied aside with the build stamp filled in,
 * bundled (each dynamic import becomes a chunk of its own, so that a command pays only for itself), minified, and the
 * chunks are put behind Deno's runtime by `deno compile`. Nothing in src/ or tests/ imports this file.
 */
import { parseArgs } from "@std/cli/parse-args";
import { copy } from "@std/fs/copy";
import { dirname, fromFileUrl, join, resolve } from "@std/path";
import { toBuildStamp } from "../src/base/version.ts";
import { findDevelopmentCode } from "./production_check.ts";

const USAGE =
  `Usage: deno task compile [--out FILE] [--stamp STAMP] [--protocol N] [--no-minify] [--no-bundle]

  --out FILE      where to put the executable (default dist/imp)
  --stamp STAMP   the build stamp to bake in, such as 20300101T000000.000Z (default now)
  --protocol N    bake in another protocol number; for tests of two builds
  --no-minify     leave names and spaces as they are, for reading a stack trace
  --no-bundle     compile the source as it is, to measure what bundling gives

DENORT_BIN names the runtime to build on where Deno cannot download its own. The exit code is 3 where there is none.
`;

/** What the build was asked for. */
interface BuildOptions {
  readonly out: string;
  readonly stamp: string;
  readonly protocol: number | undefined;
  readonly minify: boolean;
  readonly bundle: boolean;
}

/** A failure that is the caller's to mend; shown without a stack. */
class BuildError extends Error {
  constructor(message: string, readonly exitCode = 1) {
    super(message);
  }
}

/** Nothing is wrong with the sources, but there is no runtime to put them behind. */
const EXIT_NO_RUNTIME = 3;

const ROOT = fromFileUrl(new URL("..", import.meta.url));
const SOURCES = ["main.ts", "src", "types", "deno.json", "deno.lock"];
const STAMP = /^\d{8}T\d{6}\.\d{3}Z$/;

/**
 * What the screen takes from packages. `deno bundle` takes the development build of React unless it minifies, and must
 * not minify our own code (see `minify`); so these are bundled and minified by themselves.
 */
const SCREEN_PACKAGES = `
export { Box, render, Text, Transform } from "ink";
export { Fragment, jsx, jsxs } from "react/jsx-runtime";
`;
const SCREEN_SPECIFIERS = ["ink", "react", "react/jsx-runtime"];
/** A part of ink for its own developers, which it loads when it is asked to by the environment. */
const DEVTOOLS = "./devtools.js";

const MINIFIER = "npm:esbuild@0.28.2";

/** A daemon that does little for days: it asks for collections itself, and needs no large space for young objects. */
const V8_FLAGS = ["--expose-gc", "--max-semi-space-size=1"];

if (import.meta.main) Deno.exit(await runBuild(Deno.args));

async function runBuild(args: string[]): Promise<number> {
  try {
    if (args.includes("--help") || args.includes("-h")) {
      console.log(USAGE);
      return 0;
    }
    if (Deno.build.os === "windows") {
      throw new BuildError("imp is for Linux and macOS: it needs flock, sessions and signals");
    }
    const options = parseBuildArgs(args);
    await buildExecutable(options);
    const { size } = await Deno.stat(options.out);
    console.log(`Built ${options.out} (${(size / 1024 ** 2).toFixed(1)} MiB, ${options.stamp})`);
    return 0;
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    console.error(`build: ${error.message}`);
    return error.exitCode;
  }
}

function parseBuildArgs(args: string[]): BuildOptions {
  const flags = parseArgs(args, {
    string: ["out", "stamp", "protocol"],
    boolean: ["minify", "bundle"],
    negatable: ["minify", "bundle"],
    default: { minify: true, bundle: true },
    unknown: (word) => {
      throw new BuildError(`Not an option: "${word}"\n${USAGE}`);
    },
  });
  const stamp: string = flags.stamp ?? toBuildStamp(Date.now());
  if (!STAMP.test(stamp)) throw new BuildError(`Not a build stamp: "${stamp}"`);
  const protocol = flags.protocol === undefined ? undefined : Number(flags.protocol);
  if (protocol !== undefined && !(Number.isSafeInteger(protocol) && protocol > 0)) {
    throw new BuildError(`Not a protocol number: "${flags.protocol}"`);
  }
  const out = resolve(flags.out ?? join(ROOT, "dist/imp"));
  return { out, stamp, protocol, minify: flags.minify, bundle: flags.bundle };
}

async function buildExecutable(options: BuildOptions): Promise<void> {
  const work = await Deno.makeTempDir({ prefix: "imp-build-" });
  try {
    const stage = join(work, "stage");
    await stageSource(stage, options);
    const entry = options.bundle ? await bundle(stage, join(work, "chunks"), options) : stage;
    await compile(entry, options);
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

/** A copy of the source that knows when it was built. */
async function stageSource(stage: string, options: BuildOptions): Promise<void> {
  await Deno.mkdir(stage);
  for (const name of SOURCES) await copy(join(ROOT, name), join(stage, name));
  await replaceOnce(join(stage, "src/base/build_stamp.ts"), /= ""/, `= "${options.stamp}"`);
  if (options.protocol !== undefined) {
    const version = join(stage, "src/base/version.ts");
    await replaceOnce(version, /PROTOCOL_VERSION = \d+/, `PROTOCOL_VERSION = ${options.protocol}`);
  }
}

async function replaceOnce(path: string, pattern: RegExp, replacement: string): Promise<void> {
  const text = await Deno.readTextFile(path);
  if (!pattern.test(text)) throw new BuildError(`Nothing to fill in: ${pattern} is not in ${path}`);
  await Deno.writeTextFile(path, text.replace(pattern, replacement));
}

/** The directory with `main.js` and a chunk for every dynamic import. */
async function bundle(stage: string, chunks: string, options: BuildOptions): Promise<string> {
  await stageScreenPackages(stage);
  await runBundler(stage, ["--code-splitting", `--outdir=${chunks}`, "main.ts"]);
  await expectProduction(chunks);
  for (const { name } of Deno.readDirSync(chunks)) {
    if (name.endsWith(".map")) await Deno.remove(join(chunks, name));
  }
  if (options.minify) await minify(chunks);
  return chunks;
}

/** Puts the production builds of the screen's packages where the staged source looks for them. */
async function stageScreenPackages(stage: string): Promise<void> {
  const dir = join(stage, "screen_packages");
  await Deno.mkdir(dir);
  await Deno.writeTextFile(join(stage, "screen_packages.ts"), SCREEN_PACKAGES);
  await runBundler(stage, ["--minify", `--output=${dir}/index.js`, "screen_packages.ts"]);
  await expectProduction(dir);
  const config = JSON.parse(await Deno.readTextFile(join(stage, "deno.json")));
  for (const name of SCREEN_SPECIFIERS) config.imports[name] = "./screen_packages/index.js";
  await Deno.writeTextFile(join(stage, "deno.json"), JSON.stringify(config));
}

/** The source maps say what went into a bundle. */
async function runBundler(stage: string, args: readonly string[]): Promise<void> {
  await runDeno(stage, [
    ...["bundle", "--quiet", "--no-check", "--platform=deno", "--sourcemap=external"],
    ...[`--external=${DEVTOOLS}`, ...args],
  ]);
}

async function expectProduction(dir: string): Promise<void> {
  const found = await findDevelopmentCode(dir);
  if (found.length === 0) return;
  const words = found.map(({ file, what }) => `${file} ${what}`).join("\n  ");
  throw new BuildError(`The bundle holds what is for development only:\n  ${words}`);
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

/** Compiles beside the target and renames over it, so that an executable in use is replaced, not written to. */
async function compile(dir: string, options: BuildOptions): Promise<void> {
  const fresh = `${options.out}.${Deno.pid}.new`;
  await Deno.mkdir(dirname(options.out), { recursive: true });
  try {
    await runDeno(dir, [
      "compile",
      "--quiet",
      "--allow-all",
      "--no-check",
      "--no-code-cache",
      `--v8-flags=${V8_FLAGS.join(",")}`,
      ...(options.bundle ? ["--no-config", "--no-lock"] : []),
      `--output=${fresh}`,
      options.bundle ? "main.js" : "main.ts",
    ]);
    await checkThatItStarts(fresh);
    await Deno.rename(fresh, options.out);
  } catch (error) {
    await Deno.remove(fresh).catch(() => {});
    throw error;
  }
}

/** A runtime of another version takes the program in and then does not find it. */
async function checkThatItStarts(executable: string): Promise<void> {
  const command = new Deno.Command(executable, { args: ["--version"], stdout: "null" });
  const { code, stderr } = await command.output();
  if (code === 0) return;
  const text = new TextDecoder().decode(stderr);
  if (text.includes("standalone binary")) {
    const message = `The runtime at DENORT_BIN does not fit Deno ${Deno.version.deno}`;
    throw new BuildError(message, EXIT_NO_RUNTIME);
  }
  throw new BuildError(`The executable does not start: it ended with ${code}\n${text}`);
}

async function runDeno(cwd: string, args: string[]): Promise<void> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
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
