/** The imp that the tests run: the compiled executable, or the sources where it cannot be compiled. */

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
}

/** tools/build.ts ends so when everything is fine but the runtime to build on cannot be had. */
const EXIT_NO_RUNTIME = 3;
const BUILDS_KEPT = 6;
/** A long run of tests may still use a build that others have left behind. */
const BUILD_KEPT_MS = 2 * 3_600_000;

const ROOT = new URL("../../", import.meta.url);
const BUILDS = new URL("dist/test/", ROOT);
const found = new Map<string, Promise<ImpExecutable>>();

/**
 * The executable under test. Compiled once for each state of the sources, by whichever test asks first; a variant
 * cannot be had from source and is undefined then.
 */
export function findImp(): Promise<ImpExecutable>;
export function findImp(variant: BuildVariant): Promise<ImpExecutable | undefined>;
export async function findImp(variant: BuildVariant = {}): Promise<ImpExecutable | undefined> {
  const key = JSON.stringify(variant);
  const pending = found.get(key) ?? buildOnce(variant);
  found.set(key, pending);
  const imp = await pending;
  return imp.kind === "source" && key !== "{}" ? undefined : imp;
}

/** A build that is older than every other, for takeovers; undefined where none can be made. */
export function findOlderImp(): Promise<ImpExecutable | undefined> {
  return findImp({ stamp: "20200101T000000.000Z" });
}

/** A build that is newer than every other, for takeovers; undefined where none can be made. */
export function findNewerImp(): Promise<ImpExecutable | undefined> {
  return findImp({ stamp: "20990101T000000.000Z" });
}

async function buildOnce(variant: BuildVariant): Promise<ImpExecutable> {
  const hash = await hashSources(variant);
  await Deno.mkdir(BUILDS, { recursive: true });
  using lock = await Deno.open(new URL("lock", BUILDS), { create: true, write: true });
  await lock.lock(true);
  const executable = new URL(`imp-${hash}`, BUILDS);
  // Test files run in threads of one process, so the verdict of this run is under its pid.
  const verdict = new URL(`no-runtime-${Deno.pid}`, BUILDS);
  if (isThere(executable)) return { kind: "compiled", command: [executable.pathname] };
  if (!isThere(verdict) && await build(executable.pathname, variant)) {
    await removeOldBuilds();
    return { kind: "compiled", command: [executable.pathname] };
  }
  await Deno.writeTextFile(verdict, "");
  console.error(
    "\n*** imp CANNOT BE COMPILED HERE: these tests run it FROM SOURCE (see DENORT_BIN) ***\n",
  );
  const config = `--config=${new URL("deno.json", ROOT).pathname}`;
  const main = new URL("main.ts", ROOT).pathname;
  return { kind: "source", command: [Deno.execPath(), "run", "--quiet", "-A", config, main] };
}

/** False when there is no runtime to build on; throws when the sources do not build. */
async function build(out: string, { stamp, protocol }: BuildVariant): Promise<boolean> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-all",
      new URL("tools/build.ts", ROOT).pathname,
      `--out=${out}`,
      ...(stamp ? [`--stamp=${stamp}`] : []),
      ...(protocol ? [`--protocol=${protocol}`] : []),
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
  const sources = [...listFiles("src"), ...listFiles("tools")];
  const paths = ["main.ts", "deno.json", "deno.lock", ...sources];
  for (const path of paths) parts.push(path, await Deno.readTextFile(new URL(path, ROOT)));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(parts.join("\0")));
  return encodeHex(digest).slice(0, 16);
}

function listFiles(directory: string): string[] {
  return [...Deno.readDirSync(new URL(directory, ROOT))].flatMap((entry) => {
    const path = `${directory}/${entry.name}`;
    if (entry.isDirectory) return listFiles(path);
    return /\.tsx?$/.test(path) && !/_test\.tsx?$/.test(path) ? [path] : [];
  }).sort();
}

async function removeOldBuilds(): Promise<void> {
  const names = [...Deno.readDirSync(BUILDS)].map((entry) => entry.name);
  const stale = [
    ...names.filter((name) => name.startsWith("imp-")).sort(byAge).slice(BUILDS_KEPT)
      .filter((name) => mtimeOf(new URL(name, BUILDS)) < Date.now() - BUILD_KEPT_MS),
    ...names.filter((name) => name.startsWith("no-runtime-")),
  ];
  for (const name of stale) await Deno.remove(new URL(name, BUILDS)).catch(() => {});
}

function byAge(a: string, b: string): number {
  return mtimeOf(new URL(b, BUILDS)) - mtimeOf(new URL(a, BUILDS));
}

function mtimeOf(path: string | URL): number {
  return Deno.statSync(path).mtime?.getTime() ?? 0;
}

function isThere(path: URL): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
