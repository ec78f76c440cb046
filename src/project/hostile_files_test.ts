/** Project files that were made to hurt, or by chance: each is refused at once, and with places. */
import { assert, assertMatch } from "@std/assert";
import * as fc from "fast-check";
import { loadFiles, mistakes } from "./testdata/project_box.ts";

/** Far more than it takes, on a machine with much to do; what these stand for took minutes, or for ever. */
const LIMIT_MS = 30_000;
const KIB = 1_024;

function counted(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join("");
}

const LAUGHS = counted(
  9,
  (level) =>
    `x-${level}: &l${level} [${Array(9).fill(level === 0 ? "ha" : `*l${level - 1}`).join(",")}]\n`,
);

/** Files that were made to hurt, and the beginning of what is said. */
const BOMBS: readonly [name: string, text: string, says: RegExp][] = [
  ["imp.yaml", LAUGHS, /^imp\.yaml:\d+:\d+: the file stands for more than 50000 values$/],
  ["imp.yaml", `a: &a {x: 1}\n<<: [${"*a,".repeat(60_000)}]\n`, /the file stands for more than/],
  [
    "imp.yaml",
    `a: &a\n${counted(9_000, (n) => `  k${n}: 1\n`)}<<: [${"*a,".repeat(30_000)}]\n`,
    /the file stands for more than/,
  ],
  ["imp.yaml", "x".repeat(10_000_000), /it is larger than 256 KiB$/],
  ["imp.yaml", "[".repeat(30_000), /nested too deeply|not closed/],
  ["imp.yaml", "- ".repeat(30_000), /nested too deeply/],
  ["imp.yaml", "a: ".repeat(30_000), /1:/],
  ["imp.json", '{"a":'.repeat(30_000), /nested too deeply/],
  ["imp.toml", `a = ${"[".repeat(30_000)}`, /nested/],
  ["imp.yaml", counted(20_000, (n) => `k${n}: 1\n`), /k0: no such key/],
  ["imp.yaml", counted(20_000, () => "k: 1\n"), /2:1: this key is there twice/],
  [
    "imp.yaml",
    `jobs:\n${counted(8_000, (n) => `  j${n}: { command: x }\n`)}name: [1]\n`,
    /name: must be/,
  ],
  [
    "imp.yaml",
    `jobs:\n${
      counted(5_000, (n) => `  j${n}: { command: x, depends_on: [j${(n + 1) % 5_000}] }\n`)
    }`,
    /wait for one another/,
  ],
  ["imp.yaml", `name: "${"${".repeat(60_000)}"\n`, /without|cannot stand/],
  ["imp.yaml", `name: "${"$$".repeat(60_000)}"\n`, /name: must be text of one paragraph/],
  [
    "imp.yaml",
    `jobs: { a: { command: x, ready: { log: "${"(".repeat(9_000)}" } } }\n`,
    /a regular expression/,
  ],
];

for (const [name, text, says] of BOMBS) {
  Deno.test(`A9 project file ${JSON.stringify(text.slice(0, 40))}… of ${text.length} bytes is refused at once`, async () => {
    const beganAt = performance.now();
    const [line] = await mistakes({ [name]: text });
    const took = performance.now() - beganAt;
    assertMatch(line!, says);
    assert(line!.length < KIB, line);
    assert(took < LIMIT_MS, `${took} ms`);
  });
}

Deno.test("A9 whatever is in a project file, reading it ends, with a plan or with places", async () => {
  const pieces = fc.constantFrom(
    ..."jobs api command depends_on env ready http ports auto task true restart no 1h 3 << &a *a !!x - ? | > --- ${A} ${ports.http} $$ ${ $x [jobs] [[jobs]] x=1"
      .split(" "),
    ...[
      ": ",
      " = ",
      "\n",
      "\n  ",
      "\n    ",
      "\t",
      "{",
      "}",
      "[",
      "]",
      ",",
      '"',
      '"""',
      "'",
      "\\",
      "#",
      "//",
      "é",
      ".",
    ],
  );
  const text = fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join(""));
  const ending = fc.constantFrom("yaml", "toml", "json", "jsonc");
  await fc.assert(
    fc.asyncProperty(ending, text, async (ending, text) => {
      const loaded = await loadFiles({ [`imp.${ending}`]: text });
      assert(loaded.troubles.length > 0 || "plan" in loaded);
      const lines = text.split("\n");
      for (const { line, column } of loaded.troubles) {
        assert(line >= 1 && line <= lines.length, `line ${line}`);
        assert(column >= 1 && column <= lines[line - 1]!.length + 1, `column ${column}`);
      }
    }),
    { numRuns: 500 },
  );
});
