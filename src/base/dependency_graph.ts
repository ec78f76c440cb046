/** Who needs whom: by name, the names of what it needs. Names that are no key stand for what needs nothing. */
export type DependencyGraph = ReadonlyMap<string, readonly string[]>;

/** In which order what is in a graph can be started; what is in a cycle, or depends on one, has no order. */
export interface GraphOrder {
  /** The names, each after those it depends on, else as they are given. */
  readonly order: readonly string[];
  /** Those that can be started at once, level after level; a level needs something of the one before. */
  readonly levels: readonly (readonly string[])[];
}

/** These names with all that they need, directly or through others. */
export function withAllNeeded(names: Iterable<string>, graph: DependencyGraph): Set<string> {
  const found = new Set(names);
  // A set hands out what is added while it is walked.
  for (const name of found) for (const needed of graph.get(name) ?? []) found.add(needed);
  return found;
}

/** Orders a graph. */
export function orderGraph(graph: DependencyGraph): GraphOrder {
  const levelOf = peel(within(graph));
  const levels: string[][] = [];
  for (const name of graph.keys()) {
    const level = levelOf.get(name);
    if (level !== undefined) (levels[level] ??= []).push(name);
  }
  return { order: levels.flat(), levels };
}

/** A way that leads back to where it begins for each knot of a graph: `[a, b, c]` for a → b → c → a. */
export function findCycles(graph: DependencyGraph): string[][] {
  const needs = within(graph);
  const stuck = without(needs, peel(needs));
  // What nothing in a knot depends on only waits for one.
  const knots = without(stuck, peel(reversed(stuck)));
  const dependents = reversed(knots);
  const cycles: string[][] = [];
  const seen = new Set<string>();
  for (const name of knots.keys()) {
    if (seen.has(name)) continue;
    const before = reachedFrom(dependents, name);
    const knot = [...reachedFrom(knots, name)].filter((each) => before.has(each));
    knot.forEach((each) => seen.add(each));
    if (knot.length > 0) cycles.push(wayBack(knots, name));
  }
  return cycles;
}

/** The graph without what is no key of it, each edge once. */
function within(graph: DependencyGraph): DependencyGraph {
  return new Map([...graph].map(([name, needs]) => [
    name,
    [...new Set(needs)].filter((each) => graph.has(each)),
  ]));
}

/** The level of every name, but for those that wait for ever. */
function peel(needs: DependencyGraph): Map<string, number> {
  const dependents = reversed(needs);
  const waitsFor = new Map([...needs].map(([name, each]) => [name, each.length]));
  const levelOf = new Map<string, number>();
  let free = [...needs.keys()].filter((name) => waitsFor.get(name) === 0);
  for (let level = 0; free.length > 0; level++) {
    const next: string[] = [];
    for (const name of free) {
      levelOf.set(name, level);
      for (const each of dependents.get(name)!) {
        const left = waitsFor.get(each)! - 1;
        waitsFor.set(each, left);
        if (left === 0) next.push(each);
      }
    }
    free = next;
  }
  return levelOf;
}

/** The shortest way from a name to itself, which is known to be there. */
function wayBack(graph: DependencyGraph, start: string): string[] {
  const cameFrom = new Map<string, string>();
  reachedFrom(graph, start, cameFrom);
  const way = [cameFrom.get(start)!];
  while (way[0] !== start) way.unshift(cameFrom.get(way[0]!)!);
  return way;
}

/** What a name depends on at last, itself only if it does so too; by the shortest way, which `cameFrom` tells step by step. */
function reachedFrom(
  graph: DependencyGraph,
  start: string,
  cameFrom = new Map<string, string>(),
): Set<string> {
  const reached = new Set<string>();
  const queue = [start];
  for (const name of queue) {
    for (const each of graph.get(name)!) {
      if (reached.has(each)) continue;
      reached.add(each);
      cameFrom.set(each, name);
      queue.push(each);
    }
  }
  return reached;
}

function reversed(graph: DependencyGraph): Map<string, string[]> {
  const dependents = new Map<string, string[]>([...graph.keys()].map((name) => [name, []]));
  for (const [name, needs] of graph) for (const each of needs) dependents.get(each)!.push(name);
  return dependents;
}

/** The graph of the others. */
function without(graph: DependencyGraph, gone: { has(name: string): boolean }): DependencyGraph {
  const left = [...graph].filter(([name]) => !gone.has(name));
  return new Map(left.map(([name, needs]) => [name, needs.filter((each) => !gone.has(each))]));
}
