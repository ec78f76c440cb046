import { assertEquals } from "@std/assert";
import type { EvaluationResult, VariableRule } from "../../platform/evaluate_program.ts";
import { literal } from "./marked_text.ts";
import { Losses } from "./losses.ts";
import { readProgram } from "./read_program.ts";
import { filesOf } from "./testdata/import_box.ts";

/** What is written of a module that says these, by what stands for its variables; and what is told. */
async function written(
  said: Readonly<Record<VariableRule, Readonly<Record<string, unknown>> | undefined>>,
  { read = ["X"], set = [] }: { read?: string[]; set?: string[] } = {},
) {
  const losses = new Losses();
  const file = { path: "/shop/a.js", name: "a.js", text: "" };
  const evaluate = (rule: VariableRule): Promise<EvaluationResult> => {
    const data = said[rule];
    return Promise.resolve(data ? { data, lost: [], read, set } : { why: "it fails" });
  };
  const tree = await readProgram({
    ...{ file, all: [file], files: filesOf({}), env: () => undefined, losses, evaluate },
  });
  const texts = Object.entries(tree.data).map(([key, value]) =>
    [key, typeof value === "string" ? literal(value) : value] as const
  );
  return { data: Object.fromEntries(texts), told: losses.all.map(({ key }) => key) };
}

const X = "\u0001X\u0001";
const Y = "\u0001Y\u0001";

Deno.test("readProgram() writes variables in the place of what they are, with what stands for them", async () => {
  const unset = {
    ...{ none: undefined, or: 3000, text: "http://localhost:3", bare: "a undefined b" },
    ...{ two: "a/b", same: "$1" },
  };
  const marked = {
    ...{ none: X, or: X, text: `http://${X}:3`, bare: `a ${X} b`, two: `${X}/${Y}`, same: "$1" },
  };
  assertEquals(await written({ unset, marked, own: undefined }, { read: ["X", "Y"] }), {
    data: {
      none: "${X:-}",
      or: "${X:-3000}",
      text: "http://${X:-localhost}:3",
      bare: "a ${X:-} b",
      two: "${X:-a}/${Y:-b}",
      same: "$$1",
    },
    told: [],
  });
});

Deno.test("readProgram() tells what a variable decides, and writes no secret", async () => {
  assertEquals(
    await written({ unset: { a: "b", c: "x}" }, marked: { a: "c", c: X }, own: undefined }),
    { data: { a: "b", c: "x}" }, told: ["process.env.X"] },
  );
  // One that a file has set, as dotenv does it.
  assertEquals(
    await written({ unset: { a: "s3" }, marked: { a: X }, own: undefined }, { set: ["X"] }),
    { data: { a: "${X:-}" }, told: [] },
  );
  // One that cannot do without.
  assertEquals(
    await written({ unset: undefined, marked: { a: `p/${X}` }, own: { a: "p/s3" } }),
    { data: { a: "p/${X:-}" }, told: [] },
  );
});
