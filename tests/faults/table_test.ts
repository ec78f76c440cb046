/** The table of docs/faults.md is true: each number is in the title of a test in the file that it names. */
import { assert, assertEquals } from "@std/assert";
import { readPage, spansOf } from "../support/page.ts";

const ROOT = new URL("../../", import.meta.url);
const ROWS = readPage("docs/faults.md").table("number").map(([numbers, , , file]) => ({
  numbers: numbers!.split(" "),
  path: spansOf(file!)[0]!,
}));

/** What must have a test. */
const REQUIRED = [
  ...range(1, 7),
  ...range(13, 15),
  19,
  ...range(21, 38),
  ...range(41, 45),
  ...range(60, 66),
  70,
  ...range(72, 76),
  ...range(84, 86),
  ...range(100, 107),
  ...range(111, 119),
].map((number) => `F${String(number).padStart(2, "0")}`);

Deno.test("every fault of the table of docs/faults.md is in the title of a test of the file that it names", () => {
  assert(ROWS.length > 50);
  for (const { numbers, path } of ROWS) {
    const titles = titlesOf(Deno.readTextFileSync(new URL(path, ROOT)));
    for (const number of numbers) {
      assert(titles.some((title) => title.includes(number)), `No test in ${path} names ${number}`);
    }
  }
});

Deno.test("the table of docs/faults.md has every fault that must be survived, each once and in order", () => {
  const named = ROWS.flatMap(({ numbers }) => numbers);
  assertEquals(named, [...new Set(named)]);
  assertEquals(REQUIRED.filter((number) => !named.includes(number)), []);
  const firsts = ROWS.map(({ numbers }) => placeOf(numbers[0]!));
  assertEquals(firsts, firsts.toSorted());
});

Deno.test("every fault that a test names is in the table of docs/faults.md", () => {
  const named = new Set(ROWS.flatMap(({ numbers }) => numbers));
  const tested = ["src/", "tests/"].flatMap((root) => testFiles(new URL(root, ROOT)))
    .flatMap((url) => titlesOf(Deno.readTextFileSync(url)))
    .flatMap((title) => /^(?:[A-I]\d{1,3}b? )+/.exec(title)![0].trim().split(" "));
  assertEquals([...new Set(tested)].filter((number) => !named.has(number)).sort(), []);
});

/** Faults have numbers of two or three digits and come first; cases, a letter and a number, follow. */
function placeOf(number: string): string {
  const [, letter, digits, more] = /^([A-I])(\d+)(b?)$/.exec(number)!;
  const group = letter === "F" && digits!.length > 1 ? "0" : letter!;
  return `${group}${digits!.padStart(3, "0")}${more}`;
}

/** Titles are strings that begin with a number, wherever they stand. */
function titlesOf(source: string): string[] {
  return [...source.matchAll(/["`]((?:[A-I]\d{1,3}b? )+[^"`\n]*)/g)].map((match) => match[1]!);
}

function testFiles(directory: URL): URL[] {
  return [...Deno.readDirSync(directory)].flatMap(({ name, isDirectory }) => {
    if (isDirectory) return testFiles(new URL(`${name}/`, directory));
    return name.endsWith("_test.ts") ? [new URL(name, directory)] : [];
  });
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
