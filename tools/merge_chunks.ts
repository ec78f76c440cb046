/**
 * The second pass over a bundle: the bundler makes a chunk for every set of entries that share something, so that a
 * short call would load thirty. Here chunks become one where all that is called often loads either all of them or none.
 * No code is there twice: an error of one chunk is one of another's class.
 */
import { join } from "@std/path";
import { EXPORT, formatImport, IMPORT, listChunks, readNames } from "./chunk_text.ts";

/** What is loaded to come to a daemon that is there: to ask it a thing or two, or to stay. */
const ASKING = ["line", "connect_checked"];
const STAYING = ["ensure_daemon", "connect", "connect_checked"];
/** The calls whose start counts, by the entries that each loads. */
const OFTEN: readonly (readonly string[])[] = [
  ["status"],
  ...["ping", "list", "start"].map((name) => [name, ...ASKING]),
  ["logs", ...STAYING],
  ["stop", "read_owner", ...ASKING],
  ["add", "surroundings", "read_owner", ...ASKING],
  ["run", "surroundings", "read_owner", "own_stdin", ...STAYING],
  ["exec", "surroundings", "own_stdin", ...ASKING],
];

const ENTRY = "main.js";

/** A chunk, as far as this is concerned. */
interface Chunk {
  readonly name: string;
  readonly imports: readonly string[];
}

/** Chunks that become one file. */
export interface ChunkGroup {
  readonly name: string;
  readonly members: readonly string[];
}

/** Where what a chunk gives out is after the merging, and what its names begin with there. */
interface Place {
  readonly group: ChunkGroup;
  readonly prefix: string;
}

/** Merges the chunks in `dir`; `bundleAll` bundles files there over themselves, and leaves what is external where it is. */
export async function mergeChunks(
  dir: string,
  bundleAll: (files: readonly string[], external: readonly string[]) => Promise<void>,
): Promise<void> {
  const chunks = readChunks(dir);
  const groups = groupChunks(chunks);
  const places = new Map(
    groups.flatMap((group) =>
      group.members.map((
        member,
        index,
      ): [string, Place] => [member, { group, prefix: `m${index}_` }])
    ),
  );
  for (const { name } of chunks) {
    const path = join(dir, name);
    const text = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, moveImports(text, places, places.get(name)?.group));
  }
  const entries = groups.map(({ name }) => `of-${name}`);
  for (const [index, { members }] of groups.entries()) {
    const lines = members.map((member) => giveOut(dir, member, places.get(member)!.prefix));
    await Deno.writeTextFile(join(dir, entries[index]!), lines.join(""));
  }
  const others = chunks.map(({ name }) => name).filter((name) => !places.has(name));
  await bundleAll(entries, [...groups.map(({ name }) => name), ...others]);
  for (const member of places.keys()) await Deno.remove(join(dir, member));
  for (const [index, { name }] of groups.entries()) {
    await Deno.rename(join(dir, entries[index]!), join(dir, name));
  }
}

/** Which chunks are to become one: those that the same calls load, and that are more than one. */
export function groupChunks(chunks: readonly Chunk[]): ChunkGroup[] {
  const byName = new Map(chunks.map((chunk) => [chunk.name, chunk]));
  const first = closureOf(byName, [ENTRY]);
  const calls = OFTEN.map((entries) =>
    closureOf(byName, [...byName.keys()].filter((name) => entries.includes(entryOf(name))))
  );
  const bySharers = new Map<string, string[]>();
  for (const { name } of chunks) {
    if (!isShared(name)) continue;
    const sharers = first.has(name)
      ? "all"
      : calls.map((call) => call.has(name) ? "1" : "0").join("");
    if (!sharers.includes("1") && sharers !== "all") continue;
    bySharers.set(sharers, [...bySharers.get(sharers) ?? [], name]);
  }
  return [...bySharers.values()].filter(({ length }) => length > 1).map((members, index) => ({
    name: `merged-${index}.js`,
    members,
  }));
}

/** All that is loaded with these. */
function closureOf(
  chunks: ReadonlyMap<string, Chunk>,
  names: readonly string[],
): ReadonlySet<string> {
  const found = new Set(names);
  // Grows while it is walked through.
  for (const name of found) for (const next of chunks.get(name)?.imports ?? []) found.add(next);
  return found;
}

/** Entries are loaded by their names, and nothing else imports them. */
function isShared(name: string): boolean {
  return name.startsWith("chunk-");
}

function entryOf(name: string): string {
  return name.replace(/-[A-Z0-9]+\.js$/, "");
}

function readChunks(dir: string): Chunk[] {
  return listChunks(dir).map((name) => {
    const text = Deno.readTextFileSync(join(dir, name));
    return { name, imports: [...text.matchAll(IMPORT)].map((match) => match[2]!) };
  });
}

/** A line that gives out all that a chunk does, under names that no other has. */
function giveOut(dir: string, name: string, prefix: string): string {
  const list = EXPORT.exec(Deno.readTextFileSync(join(dir, name)))?.[1];
  const names = readNames(list).map(([, outside]) => `${outside} as ${prefix}${outside}`);
  return names.length === 0
    ? `import "./${name}";\n`
    : `export { ${names.join(", ")} } from "./${name}";\n`;
}

/** The text with what it takes from chunks of other groups taken from where that will be. */
function moveImports(
  text: string,
  places: ReadonlyMap<string, Place>,
  own: ChunkGroup | undefined,
): string {
  const moved = (name: string) => {
    const place = places.get(name);
    return place?.group === own ? undefined : place;
  };
  return text.replace(IMPORT, (whole, list: string | undefined, name: string) => {
    const place = moved(name);
    if (place === undefined) return whole;
    const pairs = readNames(list).map(([there, here]) =>
      [`${place.prefix}${there}`, here] as const
    );
    return formatImport(place.group.name, pairs);
  });
}
