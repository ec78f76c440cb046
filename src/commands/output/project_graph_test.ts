import { assertEquals } from "@std/assert";
import { planOf } from "../../project/testdata/project_box.ts";
import { renderGraph, renderMermaid, toGraphJson } from "./project_graph.ts";

const PLAN = await planOf({
  "imp.yaml": `
name: shop
jobs:
  api: { command: x, depends_on: { db: ready, migrate: completed }, autostart: false }
  migrate: { command: x, task: true, depends_on: [db] }
  db: { command: x, groups: [base] }
`,
});

Deno.test("renderGraph() shows jobs level by level with what they wait for", async () => {
  assertEquals(await renderGraph(PLAN, { color: false, width: undefined }), [
    "LEVEL  JOB      KIND     AFTER",
    "    1  db       service",
    "    2  migrate  task     db ready",
    "    3  api      service  db ready, migrate completed",
  ]);
});

Deno.test("renderMermaid() draws the same", () => {
  assertEquals(renderMermaid(PLAN), [
    "flowchart LR",
    '  j0["db"]',
    '  j1[/"migrate"/]',
    '  j2["api"]',
    "  j0 -->|ready| j1",
    "  j0 -->|ready| j2",
    "  j1 -->|completed| j2",
    "  style j2 stroke-dasharray: 4",
  ]);
});

Deno.test("toGraphJson() has no environment and no command", () => {
  const { jobs: [db], ...rest } = toGraphJson(PLAN) as { jobs: unknown[] };
  assertEquals<unknown>(rest, {
    file: "/shop/imp.yaml",
    name: "shop",
    levels: [["db"], ["migrate"], ["api"]],
  });
  assertEquals(db, {
    name: "db",
    description: null,
    level: 1,
    task: false,
    autostart: true,
    groups: ["base"],
    depends_on: [],
  });
});
