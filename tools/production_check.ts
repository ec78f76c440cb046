/**
 * Holds a bundle to be made of production builds: a development build of a package is slower, larger, and may keep
 * everything it ever did (React's does, for the performance panel of a browser). Run by the build; by hand:
 * `deno run --allow-read tools/production_check.ts DIR`.
 */
import { basename, join } from "@std/path";

/** What a bundle of production builds does not have, by what it means. */
const SIGNS: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/\bperformance\.measure\b/, "keeps a record of all it does (performance.measure)"],
  [/\.env\.NODE_ENV\b|\.env\["NODE_ENV"\]/, "chooses its build when it runs (NODE_ENV)"],
  [/\b(?:from|import\()\s*"react-devtools-core"/, "loads the tools of React's developers"],
];
/** Files of packages that are for developers of a program only. */
const DEVELOPMENT_FILE = /\bdevelopment\b|\bdevtools\b/;

/** A file of a bundle that is not of production builds only. */
export interface DevelopmentCode {
  readonly file: string;
  readonly what: string;
}

/** Looks through the chunks of a bundle and, where there are source maps, at the names of what they were made of. */
export async function findDevelopmentCode(dir: string): Promise<DevelopmentCode[]> {
  const found: DevelopmentCode[] = [];
  for (const { name } of Deno.readDirSync(dir)) {
    const text = await Deno.readTextFile(join(dir, name));
    const signs = name.endsWith(".map") ? developmentSources(text) : developmentSigns(text);
    const isDeveloper = DEVELOPMENT_FILE.test(name) ? ["is for developers only"] : [];
    for (const what of [...isDeveloper, ...signs]) found.push({ file: name, what });
  }
  return found;
}

function developmentSigns(text: string): string[] {
  return SIGNS.filter(([pattern]) => pattern.test(text)).map(([, what]) => what);
}

function developmentSources(map: string): string[] {
  const { sources } = JSON.parse(map) as { sources: string[] };
  return sources.map((path) => basename(path)).filter((name) => DEVELOPMENT_FILE.test(name))
    .map((name) => `holds ${name}`);
}

if (import.meta.main) {
  const found = await findDevelopmentCode(Deno.args[0] ?? ".");
  for (const { file, what } of found) console.error(`${file} ${what}`);
  Deno.exit(found.length === 0 ? 0 : 1);
}
