/**
 * `deno task compile`: one executable out of the source. The chunks that bundle.ts makes are put behind Deno's runtime
 * by `deno compile`. Nothing in src/ or tests/ imports this file.
 */
import { parseArgs } from "@std/cli/parse-args";
import { copy } from "@std/fs/copy";
import { basename, dirname, join, relative, resolve } from "@std/path";
import { toBuildStamp } from "../src/base/version.ts";
import {
  BuildError,
  bundle,
  type BundleOptions,
  EXIT_NO_RUNTIME,
  ROOT,
  runDeno,
  stageSource,
} from "./bundle.ts";

const USAGE =
  `Usage: deno task compile [--out FILE] [--stamp STAMP] [--target T] [--repository R] [--version V]
                         [--protocol N] [--entry FILE] [--no-minify] [--no-bundle] [--no-compile]

  --out FILE      where to put the executable (default dist/imp)
  --stamp STAMP   the build stamp to bake in, such as 20300101T000000.000Z (default now)
  --target T      build for another system, such as aarch64-apple-darwin (default this one)
  --repository R  OWNER/NAME on GitHub, where \`imp upgrade\` is to look (default nowhere)
  --version V     bake in another version; for tests of two builds
  --protocol N    bake in another protocol number; for tests of two builds
  --entry FILE    the main file of another program that is made of imp's parts, such as examples/word-count/main.ts
  --no-minify     leave names and spaces as they are, for reading a stack trace
  --no-bundle     compile the source as it is, to measure what bundling gives
  --no-compile    make a directory FILE with the bundle alone, which \`deno run -A --no-config FILE/main.js\` starts

DENORT_BIN names the runtime to build on where Deno cannot download its own. The exit code is 3 where there is none.
`;

/** What the build was asked for. */
interface BuildOptions extends BundleOptions {
  readonly out: string;
  readonly target: string | undefined;
  readonly bundle: boolean;
  readonly compile: boolean;
}

/** What a program says that has no daemon. */
const NO_DAEMON = 3;

const STAMP = /^\d{8}T\d{6}\.\d{3}Z$/;
const VERSION = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

/**
 * A daemon that does little for days: it asks for collections itself, needs no large space for young objects, and wakes
 * no other threads for the little that is to be collected and compiled. Only marking is still done beside: without
 * that (--single-threaded) the screen holds half as much again. What is not worth optimizing is interpreted: its machine
 * code (--sparkplug) was 0.3 MiB of an idle daemon, 0.6 more with 100 jobs, and neither calls nor a daemon at rest took
 * less of the processor by it.
 */
const V8_FLAGS = [
  "--expose-gc",
  "--max-semi-space-size=1",
  "--no-concurrent-array-buffer-sweeping",
  "--no-concurrent-recompilation",
  "--no-concurrent-sweeping",
  "--no-minor-gc-task",
  "--no-parallel-marking",
  "--no-parallel-scavenge",
  "--no-sparkplug",
];

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
    const isForeign = options.target !== undefined && options.target !== Deno.build.target;
    if (isForeign && Deno.env.get("DENORT_BIN")) {
      throw new BuildError(
        `DENORT_BIN is a runtime for this machine, and none for ${options.target}`,
        EXIT_NO_RUNTIME,
      );
    }
    await buildProgram(options);
    if (!options.compile) return 0;
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
    string: ["out", "stamp", "target", "version", "repository", "protocol", "entry"],
    boolean: ["minify", "bundle", "compile"],
    negatable: ["minify", "bundle", "compile"],
    default: { minify: true, bundle: true, compile: true },
    unknown: (word) => {
      throw new BuildError(`Not an option: "${word}"\n${USAGE}`);
    },
  });
  const stamp: string = flags.stamp ?? toBuildStamp(Date.now());
  if (!STAMP.test(stamp)) throw new BuildError(`Not a build stamp: "${stamp}"`);
  const { target, version, repository } = flags;
  if (version !== undefined && !VERSION.test(version)) {
    throw new BuildError(`Not a version: "${version}"`);
  }
  const protocol = flags.protocol === undefined ? undefined : Number(flags.protocol);
  if (protocol !== undefined && !(Number.isSafeInteger(protocol) && protocol > 0)) {
    throw new BuildError(`Not a protocol number: "${flags.protocol}"`);
  }
  if (repository !== undefined && !/^[\w.-]+\/[\w.-]+$/.test(repository)) {
    throw new BuildError(`Not the name of a repository: "${repository}"`);
  }
  const { minify, bundle, compile } = flags;
  if (!bundle && !compile) throw new BuildError("Nothing to do: --no-bundle and --no-compile");
  const entry = flags.entry === undefined ? undefined : relative(ROOT, resolve(ROOT, flags.entry));
  const name = entry === undefined ? "imp" : basename(dirname(entry));
  const out = resolve(flags.out ?? join(ROOT, "dist", compile ? name : `${name}.bundle`));
  return { out, stamp, target, version, repository, protocol, entry, minify, bundle, compile };
}

async function buildProgram(options: BuildOptions): Promise<void> {
  const work = await Deno.makeTempDir({ prefix: "imp-build-" });
  try {
    const stage = join(work, "stage");
    await stageSource(stage, options);
    const chunks = join(work, "chunks");
    if (options.bundle) await bundle(stage, chunks, options);
    if (options.compile) await compile(options.bundle ? chunks : stage, options);
    else await putInPlace(chunks, options.out);
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

/** Replaces what is there; whoever finds it finds all of it. */
async function putInPlace(chunks: string, out: string): Promise<void> {
  const fresh = `${out}.${Deno.pid}.new`;
  await copy(chunks, fresh);
  // For whoever runs the bundle as it would run compiled.
  await Deno.writeTextFile(join(fresh, "v8_flags"), V8_FLAGS.join(","));
  await Deno.remove(out, { recursive: true }).catch(() => {});
  await Deno.rename(fresh, out);
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
      ...(options.target === undefined ? [] : [`--target=${options.target}`]),
      ...(options.bundle ? ["--no-config", "--no-lock"] : []),
      `--output=${fresh}`,
      options.bundle ? "main.js" : options.entry ?? "main.ts",
    ]);
    // What was built for another system is tried on that system.
    if (options.target === undefined || options.target === Deno.build.target) {
      await checkThatItStarts(fresh, options);
    }
    await Deno.rename(fresh, options.out);
  } catch (error) {
    await Deno.remove(fresh).catch(() => {});
    throw error;
  }
}

/** A runtime of another version takes the program in and then does not find it. */
async function checkThatItStarts(executable: string, { entry }: BuildOptions): Promise<void> {
  const args = entry === undefined ? ["--version"] : ["--daemon", "status"];
  const command = new Deno.Command(executable, { args, stdout: "null" });
  const { code, stderr } = await command.output();
  if (code === 0 || entry !== undefined && code === NO_DAEMON) return;
  const text = new TextDecoder().decode(stderr);
  if (text.includes("standalone binary")) {
    const message = `The runtime at DENORT_BIN does not fit Deno ${Deno.version.deno}`;
    throw new BuildError(message, EXIT_NO_RUNTIME);
  }
  throw new BuildError(`The executable does not start: it ended with ${code}\n${text}`);
}
