import { globToRegExp } from "@std/path";
import { sha256Of } from "../base/sha256_of.ts";
import { readUserBytes } from "./user_file.ts";

/** What a glob that does not name them passes by: others' files, and many. */
const SKIPPED: ReadonlySet<string> = new Set([".git", "node_modules"]);

const MAGIC = /[*?[\]{}!+@()]/;

/**
 * What the files that match globs are, as one digest: their paths and their bytes. Globs are relative to `dir`; `**`
 * goes through any number of directories.
 * @throws AppError `usage.unreadable_file`
 */
export async function digestFiles(dir: string, globs: readonly string[]): Promise<string> {
  const found = new Map<string, string>();
  for (const glob of globs) {
    for await (const path of matching(dir, glob)) {
      if (!found.has(path)) found.set(path, await digestOf(`${dir}/${path}`));
    }
  }
  const lines = [...found].map(([path, digest]) => `${digest} ${path}`).sort();
  return await sha256Of([...globs, "", ...lines].join("\n"));
}

/**
 * Whether anything is there that a glob means from `dir`: a file that matches, or what is called so. True also where so
 * much is there that nobody looks through all of it.
 */
export async function matchesAnything(dir: string, glob: string): Promise<boolean> {
  const from = glob.startsWith("/") ? "" : dir;
  const parts = glob.replace(/^\/+|\/+$/g, "").split("/");
  if (!parts.some((part) => MAGIC.test(part))) return await isThere(`${from}/${parts.join("/")}`);
  const path = glob.endsWith("/") ? [...parts, "**"] : parts;
  const { done } = await matching(from, path.join("/"), { left: MOST_LOOKED_AT }).next()
    .catch((error) => {
      if (error instanceof TooMany) return { done: false };
      throw error;
    });
  return done !== true;
}

const MOST_LOOKED_AT = 20_000;

class TooMany extends Error {}

async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch {
    return false;
  }
}

/** The files that match, from `dir`. */
async function* matching(
  dir: string,
  glob: string,
  bound = { left: Infinity },
): AsyncGenerator<string> {
  const parts = glob.replace(/^\.\//, "").split("/");
  const magic = parts.findIndex((part) => MAGIC.test(part));
  if (magic < 0) {
    const path = parts.join("/");
    if (await leadsToFile(`${dir}/${path}`)) yield path;
    return;
  }
  const pattern = globToRegExp(parts.join("/"), { extended: true, globstar: true });
  const skipped = [...SKIPPED].filter((name) => !parts.includes(name));
  yield* walk(dir, parts.slice(0, magic).join("/"), { pattern, skipped, bound });
}

async function* walk(
  dir: string,
  below: string,
  how: {
    readonly pattern: RegExp;
    readonly skipped: readonly string[];
    /** How many entries are looked at. */
    readonly bound: { left: number };
  },
): AsyncGenerator<string> {
  for (const { name, isDirectory, isFile, isSymlink } of await entriesOf(`${dir}/${below}`)) {
    if (how.bound.left-- <= 0) throw new TooMany();
    const path = below === "" ? name : `${below}/${name}`;
    if (isDirectory && !how.skipped.includes(name)) yield* walk(dir, path, how);
    else if (!how.pattern.test(path)) continue;
    else if (isFile || isSymlink && await leadsToFile(`${dir}/${path}`)) yield path;
  }
}

async function entriesOf(dir: string): Promise<Deno.DirEntry[]> {
  try {
    return await Array.fromAsync(Deno.readDir(dir));
  } catch {
    return [];
  }
}

async function leadsToFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}

async function digestOf(path: string): Promise<string> {
  return await sha256Of(await readUserBytes(path));
}
