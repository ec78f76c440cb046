/** The imp that the tests run: the compiled executable, or the bundled sources where it cannot be compiled. */

import { encodeHex } from "@std/encoding/hex";

/** How to start imp. */
export interface ImpExecutable {
  readonly kind: "compiled" | "source";
  readonly command: readonly string[];
}

/** What to bake into a build of its own. */
export interface BuildVariant {
  readonly stamp?: string;
  readonly protocol?: number;
  readonly version?: string;
  /** `OWNER/NAME`, where `imp upgrade` looks. */
  readonly repository?: string;
  /** The main file of another program that is made of imp's parts. */
  readonly entry?: string;
}

/** tools/build.ts ends so when everything is fine but the runtime to build on cannot be had. */
const EXIT_NO_RUNTIME = 3;
/** Set when that has happened: test files run in threads of one process, which have one environment. */
const NO_RUNTIME = "NO_RUNTIME_FOR_TESTS_OF_IMP";
const BUILDS_KEPT = 6;
/** A long run of tests may still use a build that others have left behind. */
const BUILD_KEPT_MS = 2 * 3_600_000;

const ROOT = new URL("../../", import.meta.url);
const BUILDS = new URL("dist/test/", ROOT);
const found = new Map<string, Promise<ImpExecutable>>();

/** The imp under test. Built once for each state of the sources and each variant, by whichever test asks first. */
export function findImp(variant: BuildVariant = {}): Promise<ImpExecutable> {
  const key = JSON.stringify(variant);
  const pending = found.get(key) ?? buildOnce(variant);
  found.set(key, pending);
  return pending;
}

/** A build that is older than every other, for takeovers. */
export function findOlderImp(): Promise<ImpExecutable> {
  return findImp({ stamp: "20200101T000000.000Z" });
}

/** A build that is newer than every other, for takeovers. */
export function findNewerImp(): Promise<ImpExecutable> {
  return findImp({ stamp: "20990101T000000.000Z" });
}

/** An executable that was built elsewhere, such as that of a release: it is what is tested then. */
const GIVEN = Deno.env.get("IMP_TEST_EXECUTABLE");

async function buildOnce(variant: BuildVariant): Promise<ImpExecutable> {
  if (GIVEN && Object.keys(variant).length === 0) return { kind: "compiled", command: [GIVEN] };
  const executable = new URL(`imp-${await hashSources(variant)}`, BUILDS).pathname;
  await Deno.mkdir(BUILDS, { recursive: true });
  using lock = await Deno.open(new URL("lock", BUILDS), { create: true, write: true });
  await lock.lock(true);
  if (isThere(executable)) return { kind: "compiled", command: [executable] };
  if (!Deno.env.has(NO_RUNTIME)) {
    await removeOldBuilds();
    if (await build(executable, variant)) return { kind: "compiled", command: [executable] };
    Deno.env.set(NO_RUNTIME, "1");
  }
  console.error(
    "\n*** imp CANNOT BE COMPILED HERE: these tests run it FROM SOURCE (see DENORT_BIN) ***\n",
  );
  return { kind: "source", command: await bundleOnce(`${executable}.bundle`, variant) };
}

/** What a call loads is a few files then, and not hundreds: it starts in half the time. */
async function bundleOnce(directory: string, variant: BuildVariant): Promise<string[]> {
  const bundled = ["--no-compile", "--no-minify"];
  if (!isThere(directory) && !await build(directory, variant, bundled)) {
    throw new Error("A bundle was asked for, and tools/build.ts tried to compile");
  }
  const v8 = Deno.readTextFileSync(`${directory}/v8_flags`);
  const flags = ["--quiet", "--allow-all", "--no-config", `--v8-flags=${v8}`];
  return [Deno.execPath(), "run", ...flags, `${directory}/main.js`];
}

/** False when there is no runtime to build on; throws when the sources do not build. */
async function build(
  out: string,
  variant: BuildVariant,
  flags: readonly string[] = [],
): Promise<boolean> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-all",
      new URL("tools/build.ts", ROOT).pathname,
      `--out=${out}`,
      ...flags,
      ...Object.entries(variant).map(([name, value]) => `--${name}=${value}`),
    ],
    stdout: "null",
    stderr: "piped",
  }).output();
  if (code === 0) return true;
  const text = new TextDecoder().decode(stderr);
  if (code === EXIT_NO_RUNTIME) return false;
  throw new Error(`imp does not build (exit code ${code}):\n${text}`);
}

async function hashSources(variant: BuildVariant): Promise<string> {
  const base = Deno.env.get("DENORT_BIN");
  const parts = [Deno.version.deno, base ?? "", base ? mtimeOf(base) : "", JSON.stringify(variant)];
  const { entry } = variant;
  const program = entry === undefined ? [] : listFiles(entry.replace(/\/[^/]+$/, ""));
  const sources = [...listFiles("src"), ...listFiles("tools"), ...program];
  const schemas = ["docs/imp.schema.json", "docs/output.schema.json"];
  const paths = ["main.ts", "deno.json", "deno.lock", ...schemas, ...sources];
  for (const path of paths) parts.push(path, await Deno.readTextFile(new URL(path, ROOT)));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(parts.join("\0")));
  return encodeHex(digest).slice(0, 16);
}

function listFiles(directory: string): string[] {
  return [...Deno.readDirSync(new URL(directory, ROOT))].flatMap((entry) => {
    const path = `${directory}/${entry.name}`;
    if (entry.isDirectory) return listFiles(path);
    return /\.(tsx?|css|html|svg)$/.test(path) && !/_test\.tsx?$/.test(path) ? [path] : [];
  }).sort();
}

async function removeOldBuilds(): Promise<void> {
  const names = [...Deno.readDirSync(BUILDS)].map((entry) => entry.name);
  const stale = names.filter((name) => name.startsWith("imp-")).sort(byAge).slice(BUILDS_KEPT)
    .filter((name) => mtimeOf(new URL(name, BUILDS)) < Date.now() - BUILD_KEPT_MS);
  for (const name of stale) {
    await Deno.remove(new URL(name, BUILDS), { recursive: true }).catch(() => {});
  }
}

function byAge(a: string, b: string): number {
  return mtimeOf(new URL(b, BUILDS)) - mtimeOf(new URL(a, BUILDS));
}

function mtimeOf(path: string | URL): number {
  return Deno.statSync(path).mtime?.getTime() ?? 0;
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
