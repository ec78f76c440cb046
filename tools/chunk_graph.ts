/**
 * Which chunks of a bundle load which. A module of Node's costs 5 to 30 ms at start on Deno 2.9, so none may be on the
 * way of a call that is no daemon and no screen.
 */

/** What leaves the client's path, by the file whose dynamic import it is, and which modules of Node's may follow. */
const OFF_PATH: Readonly<Record<string, RegExp>> = {
  // The second only once a job is asked by https.
  run_daemon: /^node:(sqlite|https)$/,
  stored_source: /^node:sqlite$/,
  // Ink is written for Node.
  run_tui: /^node:/,
  screen_terminal: /^node:/,
};

/** What is large and seldom needed, by the entries that may load it before they do anything. */
const APART: Readonly<Record<string, RegExp>> = {
  "src/project/read_yaml.ts":
    /^(load_project|check_files|first_project_file|first_step|choose_source|import_source|procfile_settings|insert_job)$/,
  "src/web/page_texts.ts": /^page_texts$/,
  "src/web/page_server.ts": /^serve_page$/,
};

const ENTRY = "main.js";

interface Chunk {
  readonly name: string;
  readonly loads: readonly string[];
  /** Those of them that are loaded with it. */
  readonly imports: readonly string[];
  readonly nodeModules: readonly string[];
  /** The files of ours in it. */
  readonly sources: readonly string[];
}

type Graph = ReadonlyMap<string, Chunk>;

/** What is wrong with the chunks in `dir`, a line each. */
export function checkChunks(dir: string): string[] {
  const graph = readGraph(dir);
  const lines = [...reach(graph, ENTRY)].flatMap(([name, way]) =>
    complain(graph.get(name)!, { way, allowed: /^$/, of: "the client's path" })
  );
  for (const [entry, allowed] of Object.entries(OFF_PATH)) {
    const start = [...graph.keys()].find((name) => entryOf(name) === entry);
    if (start === undefined) continue;
    lines.push(
      ...[...reach(graph, start)].flatMap(([name, way]) =>
        complain(graph.get(name)!, { way, allowed, of: entry })
      ),
    );
  }
  return [...lines, ...findTooEager(graph)];
}

/** What is to be loaded when it is needed, and comes with something else. */
function findTooEager(graph: Graph): string[] {
  const entries = [...graph.values()].filter(({ name }) => !name.startsWith("chunk-"));
  return entries.flatMap(({ name: start }) =>
    [...reach(graph, start, "imports")].flatMap(([name, way]) => {
      const apart = graph.get(name)!.sources.filter((source) =>
        source in APART && !APART[source]!.test(entryOf(start))
      );
      return apart.map((source) => `${source} is loaded with ${start}: ${way.join(" → ")}`);
    })
  );
}

/** The figures of the chunks in `dir`. */
export function describeChunks(dir: string): string {
  const graph = readGraph(dir);
  return `${graph.size} chunks, ${reach(graph, ENTRY).size} of them on the client's path`;
}

function complain(
  { name, nodeModules, sources }: Chunk,
  { way, allowed, of }: { way: readonly string[]; allowed: RegExp; of: string },
): string[] {
  return nodeModules.filter((specifier) => !allowed.test(specifier)).map((specifier) =>
    `${name} (${sources.join(", ")}) imports ${specifier} on ${of}: ${way.join(" → ")}`
  );
}

/** All that can be loaded from `start` on, each with the shortest way to it; not what leads off the client's path. */
function reach(
  graph: Graph,
  start: string,
  by: "loads" | "imports" = "loads",
): ReadonlyMap<string, readonly string[]> {
  const ways = new Map<string, readonly string[]>([[start, [start]]]);
  // Grows while it is walked through.
  for (const [name, way] of ways) {
    for (const next of graph.get(name)![by]) {
      if (!ways.has(next) && !(entryOf(next) in OFF_PATH)) ways.set(next, [...way, next]);
    }
  }
  return ways;
}

/** `run_daemon` of `run_daemon-V2F3LJDA.js`. */
function entryOf(name: string): string {
  return name.replace(/-[A-Z0-9]+\.js$/, "");
}

const STATIC = /(?:^|[;}\n])\s*(?:import|export)\b[^"'`()]*"([^"\n]+)"/g;
const CALLED = /\b(?:import|require|__require|\w*[rR]equire\w*)\(\s*"([^"\n]+)"\s*\)/g;

function readGraph(dir: string): Graph {
  const names = [...Deno.readDirSync(dir)].map(({ name }) => name).filter((name) =>
    name.endsWith(".js")
  );
  return new Map(names.map((name) => [name, readChunk(dir, name, names)]));
}

function readChunk(dir: string, name: string, names: readonly string[]): Chunk {
  const text = Deno.readTextFileSync(`${dir}/${name}`);
  const found = (pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1]!);
  const toNames = (specifiers: readonly string[]) =>
    specifiers.map((specifier) => specifier.replace(/^\.\//, "")).filter((each) =>
      names.includes(each)
    );
  const [imports, called] = [found(STATIC), found(CALLED)];
  const specifiers = [...imports, ...called];
  return {
    name,
    loads: toNames(specifiers),
    imports: toNames(imports),
    nodeModules: [...new Set(specifiers.filter((each) => each.startsWith("node:")))],
    sources: [...new Set([...text.matchAll(/^\/\/ (src\/\S+)$/gm)].map((match) => match[1]!))],
  };
}
