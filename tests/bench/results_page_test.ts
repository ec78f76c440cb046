import { assertEquals, assertStringIncludes } from "@std/assert";
import { formatResultsPage, handWritten } from "./results_page.ts";

Deno.test("formatResultsPage() keeps what was written by hand on the page before", () => {
  const machine = { date: "2030-01-01", os: "linux", cpus: 2, cpu: "C", deno: "2", imp: "imp 1" };
  const rest = { machine, command: "deno task bench", peers: "none", tookMs: 1, failures: [] };
  const page = formatResultsPage({ ...rest, finished: [], byHand: "Why not: …\n\n- because" });
  assertStringIncludes(page, "\n\nWhy not: …\n\n- because\n\n");
  assertEquals(handWritten(page), "Why not: …\n\n- because");
  assertEquals(formatResultsPage({ ...rest, finished: [], byHand: handWritten(page) }), page);
});

Deno.test("handWritten() finds nothing on a page without the marks", () => {
  assertEquals(handWritten("# Results\n"), "");
});
