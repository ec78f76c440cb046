/**
 * The third pass over a bundle: the bundler writes an import for every module that a chunk was made of, and names
 * between chunks as the source has them. That is a tenth of the text, and a call reads anew what it loads. Here a chunk
 * imports another one once, and what it takes is called by a letter or two.
 */
import { join } from "@std/path";
import { EXPORT, formatImport, IMPORT, listChunks, readNames } from "./chunk_text.ts";

/** What each gives out, and what that is to be called. */
type ShortNames = ReadonlyMap<string, string>;

const LOADED = /\bimport\("\.\/([^"]+)"\)/g;

/** Shortens the chunks in `dir`; what is loaded while the program runs is asked for its names, and keeps them. */
export async function shortenImports(dir: string): Promise<void> {
  const texts = new Map(
    listChunks(dir).map((name) => [name, Deno.readTextFileSync(join(dir, name))]),
  );
  const all = [...texts.values()];
  const loaded = new Set(all.flatMap((text) => [...text.matchAll(LOADED)].map(([, name]) => name)));
  const names = nameTaken(all);
  for (const name of loaded) names.delete(name!);
  for (const [name, text] of texts) {
    const short = joinImports(text, names);
    const given = loaded.has(name) ? short : nameExports(short, names.get(name));
    await Deno.writeTextFile(join(dir, name), given);
  }
}

/** Short names for all that is taken from each chunk. */
function nameTaken(texts: readonly string[]): Map<string, ShortNames> {
  const names = new Map<string, Map<string, string>>();
  for (const [, list, name] of texts.flatMap((text) => [...text.matchAll(IMPORT)])) {
    const ofChunk = names.get(name!) ?? new Map<string, string>();
    names.set(name!, ofChunk);
    for (const [there] of readNames(list)) {
      if (!ofChunk.has(there)) ofChunk.set(there, `$${ofChunk.size.toString(36)}`);
    }
  }
  return names;
}

/** What nobody takes is not given out. */
function nameExports(text: string, names: ShortNames = new Map()): string {
  return text.replace(EXPORT, (_, list: string) => {
    const pairs = readNames(list).filter(([, outside]) => names.has(outside));
    const named = pairs.map(([inside, outside]) => `${inside} as ${names.get(outside)}`);
    return `export { ${named.join(", ")} };`;
  });
}

/** All that is taken from a chunk is taken where it was loaded first. */
function joinImports(text: string, names: ReadonlyMap<string, ShortNames>): string {
  const taken = new Map<string, [string, string][]>();
  for (const [, list, name] of text.matchAll(IMPORT)) {
    const pairs = readNames(list).map(([there, here]): [string, string] => [
      names.get(name!)?.get(there) ?? there,
      here,
    ]);
    taken.set(name!, [...taken.get(name!) ?? [], ...pairs]);
  }
  return text.replace(IMPORT, (_, _list, name: string) => {
    const pairs = taken.get(name);
    taken.delete(name);
    return pairs === undefined ? "" : formatImport(name, pairs);
  });
}
