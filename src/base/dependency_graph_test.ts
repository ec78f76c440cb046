import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { type DependencyGraph, findCycles, orderGraph, withAllNeeded } from "./dependency_graph.ts";

Deno.test("orderGraph() puts jobs behind those they depend on, as parallel as can be", () => {
  const graph = new Map([["api", ["db", "migrate"]], ["migrate", ["db"]], ["db", []], ["ui", []]]);
  assertEquals(orderGraph(graph), {
    order: ["db", "ui", "migrate", "api"],
    levels: [["db", "ui"], ["migrate"], ["api"]],
  });
});

Deno.test("orderGraph() passes by what is not there", () => {
  assertEquals(orderGraph(new Map([["a", ["nobody", "b", "b"]], ["b", []]])).order, ["b", "a"]);
});

Deno.test("findCycles() tells one way for each knot, and not what only leads into or out of one", () => {
  const graph = new Map([
    ["in", ["a"]],
    ["a", ["out", "b"]],
    ["b", ["c"]],
    ["c", ["b", "a"]],
    ["out", []],
    ["between", ["a"]],
    ["x", ["between", "y"]],
    ["y", ["x"]],
  ]);
  assertEquals(findCycles(graph), [["a", "b", "c"], ["x", "y"]]);
  assertEquals(orderGraph(graph).order, ["out"]);
});

Deno.test("orderGraph() and findCycles() agree with what order and cycle mean, for any graph", () => {
  const names = ["a", "b", "c", "d", "e", "f"];
  const edges = fc.uniqueArray(fc.constantFrom(...names), { maxLength: 3 });
  const graphs = fc.tuple(...names.map((name) => edges.map((to) => [name, to] as const)));
  fc.assert(fc.property(graphs, (entries) => {
    const graph: DependencyGraph = new Map(entries);
    const { order, levels } = orderGraph(graph);
    const cycles = findCycles(graph);
    assertEquals(levels.flat(), order);
    for (const [index, name] of order.entries()) {
      for (const each of graph.get(name)!) {
        assert(order.indexOf(each) < index && order.includes(each));
      }
    }
    const level = new Map(levels.flatMap((each, index) => each.map((name) => [name, index])));
    for (const name of order) {
      const above = graph.get(name)!.map((each) => level.get(each)!);
      assertEquals(level.get(name), above.length === 0 ? 0 : Math.max(...above) + 1);
    }
    for (const cycle of cycles) {
      cycle.forEach((name, index) =>
        assert(graph.get(name)!.includes(cycle[index + 1] ?? cycle[0]!))
      );
      assertEquals(new Set(cycle).size, cycle.length);
    }
    assertEquals(cycles.length === 0, order.length === names.length);
  }));
});

/** Any graph at all, circles and names that are no key included. */
const NAMES = [..."abcdefgh"];
const graphs = fc.array(fc.tuple(fc.constantFrom(...NAMES), fc.subarray(NAMES, { maxLength: 3 })))
  .map((entries) => new Map<string, string[]>(entries));

Deno.test("withAllNeeded() has what can be reached, and nothing else", () => {
  fc.assert(
    fc.property(graphs, fc.subarray(NAMES), (graph, names) => {
      const reached = new Set(names);
      for (let size = -1; size !== reached.size;) {
        size = reached.size;
        for (const name of [...reached]) graph.get(name)?.forEach((needed) => reached.add(needed));
      }
      assertEquals(withAllNeeded(names, graph), reached);
    }),
    { numRuns: 500 },
  );
});

Deno.test("a chain may be of any length", () => {
  const chain = new Map(Array.from({ length: 50_000 }, (_, n) => [`${n}`, [`${n + 1}`]]));
  assertEquals(orderGraph(chain).order.at(-1), "0");
  assertEquals(findCycles(chain), []);
});
