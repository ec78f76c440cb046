/** Files of other tools that were made to hurt, or by chance: each is refused, or what is written of it is right. */
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { TextError } from "../../config/parse_text.ts";
import { toTextErrors } from "../parse_tree.ts";
import { openSourceFiles, readSourceText } from "./source_files.ts";
import { faultsOf, type Files, importOf, sourceOf } from "./testdata/import_box.ts";
import { withOthers } from "./testdata/mutations.ts";
import { SAMPLES } from "./testdata/samples.ts";

/** Far more than it takes, on a machine with much to do. */
const LIMIT_MS = 30_000;
/** What is a mistake at the source, too. */
const MAY_BE_WRONG = /has no port|wait for one another| is (not set|empty): /;

const LAUGHS = Array.from(
  { length: 9 },
  (_, level) =>
    `x-${level}: &l${level} [${Array(9).fill(level === 0 ? "ha" : `*l${level - 1}`).join(",")}]\n`,
).join("");

/** What the file among these comes to: a text that is right, or what is wrong with it. */
async function outcomeOf(files: Files, file: string): Promise<string> {
  try {
    const { yaml } = await importOf(files, { file, env: { PATH: "/bin" } });
    const told = await faultsOf(yaml, "1");
    const wrong = told.filter((line) => !MAY_BE_WRONG.test(line));
    assertEquals(wrong, [], yaml);
    return yaml;
  } catch (error) {
    return toTextErrors(error).map(({ reason }) => reason).join("\n");
  }
}

const BOMBS: readonly [name: string, text: string, says: RegExp][] = [
  ["ecosystem.yml", `${LAUGHS}apps: *l8\n`, /stands for more than 50000 values/],
  ["mprocs.yaml", "procs: ".repeat(30_000), /./],
  ["mprocs.yaml", `procs: ${"[".repeat(30_000)}`, /nested too deeply|not closed/],
  ["mprocs.yaml", "procs: { __proto__: { shell: x } }\n", /__proto__/],
  ["ecosystem.json", '{"apps": [{"__proto__": {"script": "x"}}]}', /__proto__/],
  ["ecosystem.json", `{"apps": ${"[".repeat(30_000)}`, /nested too deeply/],
  ["gobfile.toml", `job = ${"[".repeat(30_000)}`, /nested/],
  ["Procfile", `${"a".repeat(900)}: x\n`, /^ {2}a{64}:$/m],
  ["Procfile", `web: ${"x".repeat(900_000)}\n`, /larger than 256 KiB/],
  ["Procfile", "web: x\n".repeat(50_000), /there again in line/],
  ["Procfile", "x\n".repeat(50_000), /no process/],
  ["Procfile", "web: echo '\u001b[2J\u0007' # a\u2028b\n", /command: /],
  [
    "mprocs.yaml",
    'procs: { "a\\n# b": { shell: x, "c\\n  d: e": 1 } }\n',
    /# not carried over: c d: e/,
  ],
  ["mprocs.yaml", `procs: { ${"a: b, ".repeat(20_000)} }\n`, /there twice/],
  [
    "package.json",
    `{"scripts": {"dev": "${"concurrently ".repeat(50_000)}"}}`,
    /^jobs:\n {2}concurrently:\n/,
  ],
  [
    "mprocs.yaml",
    `procs:\n${Array.from({ length: 3_000 }, (_, at) => `  "a ${at}": x\n`).join("")}`,
    /more than 2000 jobs/,
  ],
  [
    "package.json",
    `{"scripts": {"dev": "run-p ${"*".repeat(5_000)}b", "${"a".repeat(5_000)}": ""}}`,
    /dev/,
  ],
  ["gobfile.toml", `[[job]]\ncommand = "${"'a'\\\\".repeat(20_000)}"\n`, /command/],
];

for (const [name, text, says] of BOMBS) {
  Deno.test(`${name} ${JSON.stringify(text.slice(0, 30))}… of ${text.length} bytes is read or refused at once`, async () => {
    const beganAt = performance.now();
    assertMatch(await outcomeOf({ [name]: text }, name), says);
    assert(performance.now() - beganAt < LIMIT_MS);
  });
}

Deno.test("files that are too large, no text or no files are refused by their reason", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const write = (bytes: Uint8Array) => Deno.writeFileSync(`${dir}/Procfile`, bytes);
    const why = () => assertThrows(() => readSourceText(`${dir}/Procfile`), TextError).reason;
    assertEquals(why(), "there is no such file");
    write(new Uint8Array(10_000_000).fill(97));
    assertEquals(why(), "it is larger than 1024 KiB");
    write(new Uint8Array([0x77, 0x3a, 0x20, 0xff, 0xfe]));
    assertEquals(why(), "it is no text in UTF-8");
    write(new Uint8Array([0xff, 0xfe, 0x77, 0x00]));
    assertEquals(why(), "it is UTF-16; save it as UTF-8");
    assertEquals(openSourceFiles(dir).read("Procfile"), undefined);
    assertEquals(openSourceFiles(dir).read("."), undefined);
    assertEquals(openSourceFiles(`${dir}/nowhere`).list("."), []);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("whatever stands in the place of what is meant, it is refused, or what is written is right", async () => {
  const value = fc.oneof(
    { withCrossShrink: true },
    fc.constantFrom<unknown>(
      ...[null, true, false, 0, -1, 1e21, 65_536, "", " ", "\n", "${", "$X", "${a.b}", "$$", "no"],
      ...[
        "a\nb: c",
        "# x",
        "'",
        '"',
        "{{ x }}",
        "../..",
        "/",
        "-",
        "é ü",
        "\u0001x\u0001",
        "0 3 * * *",
      ],
      ...[[], {}, [null], [[]], { "": "" }, [{}], { a: { b: [1] } }, ["a", 1, true]],
    ),
    fc.string({ maxLength: 12 }).filter((text) => !text.includes("\0")),
    fc.dictionary(fc.string({ maxLength: 4 }).filter((each) => !/[\0]/.test(each)), fc.string()),
  );
  const others = fc.array(fc.record({ place: fc.nat(500), value }), { minLength: 1, maxLength: 4 });
  const samples = fc.constantFrom(
    ...SAMPLES.filter(({ files }) => !("ecosystem.config.js" in files)),
  );
  await fc.assert(
    fc.asyncProperty(samples, others, async (sample, chosen) => {
      const name = sample.file ?? (await sourceOf(sample.files))!.files[0].name;
      const text = mutate(name, sample.files[name]!, chosen);
      if (text !== undefined) await outcomeOf({ ...sample.files, [name]: text }, name);
    }),
    { numRuns: 200, seed: 1 },
  );
});

/** Undefined where the format has no word for it. */
function mutate(
  name: string,
  text: string,
  others: readonly { place: number; value: unknown }[],
): string | undefined {
  try {
    return withOthers(name, text, others);
  } catch {
    return undefined;
  }
}
