/** How the bundler writes what chunks give each other, before it is minified. */

/** What is taken from a chunk, if anything is, and its name; to be run through with `matchAll` or `replace`. */
export const IMPORT = /^import (?:\{([^}]*)\} from )?"\.\/([^"]+)";$/gm;

/** What a chunk gives out. */
export const EXPORT = /^export \{([^}]*)\};$/m;

/** `a as b, c` as pairs of what it is called on the left and on the right. */
export function readNames(list = ""): [string, string][] {
  return list.split(",").map((each) => each.trim()).filter((each) => each !== "").map((each) => {
    const [left, right] = each.split(/\s+as\s+/);
    return [left!, right ?? left!];
  });
}

/** A line that takes these from a chunk; without any, one that loads it. */
export function formatImport(name: string, pairs: readonly (readonly [string, string])[]): string {
  const list = pairs.map(([there, here]) => `${there} as ${here}`).join(", ");
  return list === "" ? `import "./${name}";` : `import { ${list} } from "./${name}";`;
}

/** The files of a bundle. */
export function listChunks(dir: string): string[] {
  return [...Deno.readDirSync(dir)].map(({ name }) => name).filter((name) => name.endsWith(".js"));
}
