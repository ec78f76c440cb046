/** What holds of every importer, of samples of what people write. */
import { assert, assertEquals } from "@std/assert";
import { IMPORTERS } from "./importers.ts";
import { IMPORT_KINDS } from "./import_kinds.ts";
import { faultsOf, importOf, sourceOf } from "./testdata/import_box.ts";
import {
  type Mutation,
  rewritten,
  withoutEach,
  withStrangers,
  withWord,
} from "./testdata/mutations.ts";
import type { Sample } from "./testdata/sample.ts";
import { SAMPLES } from "./testdata/samples.ts";

const FEWEST_SAMPLES = 5;

Deno.test("what an importer writes is right, and the same each time", async () => {
  for (const sample of SAMPLES) {
    const { yaml, jobs } = await importOf(sample.files, sample);
    assert(jobs.length > 0, sample.title);
    await assertRight(yaml, sample);
    assertEquals((await importOf(sample.files, sample)).yaml, yaml);
  }
});

Deno.test("whatever a source does not say, what is written of the rest is right", async () => {
  for (const sample of SAMPLES) {
    for (const { yaml } of await outcomes(sample, withoutEach)) {
      if (yaml !== undefined) await assertRight(yaml, sample);
    }
  }
});

Deno.test("what a source says is carried over or told: without it, something else comes out", async () => {
  const silent: string[] = [];
  for (const sample of SAMPLES) {
    const whole = await outcomeOf(sample, rewritten);
    for (const { what, yaml } of await outcomes(sample, withoutEach)) {
      if (!isSilent(sample, what) && yaml === whole) silent.push(`${sample.title}: ${what}`);
    }
  }
  assertEquals(silent, []);
});

Deno.test("what a value is counts, or its key is told", async () => {
  const silent: string[] = [];
  // Of scripts only the names are carried over, and what runs them.
  const isOfScripts = /^(package|deno)\.jsonc?$/;
  for (const sample of SAMPLES) {
    const name = await nameOf(sample);
    if (isOfScripts.test(name)) continue;
    const [ones, others] = ["zqone", "zqother"].map((word) =>
      withWord(name, sample.files[name]!, word)
    );
    for (const [at, { what, text }] of ones!.entries()) {
      const [one, other] = await Promise.all(
        [text, others![at]!.text].map((each) =>
          importOf({ ...sample.files, [name]: each }, { ...sample, file: name }).catch(() =>
            undefined
          )
        ),
      );
      if (one === undefined || isSilent(sample, what) || one.yaml !== other?.yaml) continue;
      if (one.losses.some(({ key }) => isNamed(key, what))) continue;
      silent.push(`${sample.title}: ${what}`);
    }
  }
  assertEquals(silent, []);
});

Deno.test("a key that nobody knows is told wherever it stands", async () => {
  const silent: string[] = [];
  for (const sample of SAMPLES) {
    for (const { what, yaml } of await outcomes(sample, withStrangers)) {
      const mayBe = sample.saysNothing?.some((each) => typeof each !== "string" && each.test(what));
      if (!mayBe && yaml?.includes("zz_stranger") === false) {
        silent.push(`${sample.title}: ${what}`);
      }
    }
  }
  assertEquals(silent, []);
});

Deno.test("--from takes the kinds that there are", () => {
  assertEquals([...IMPORT_KINDS].sort(), IMPORTERS.map(({ kind }) => kind).sort());
});

Deno.test("every importer has samples of what people write", async () => {
  const sources = await Promise.all(SAMPLES.map(({ files }) => sourceOf(files)));
  for (const { kind } of IMPORTERS) {
    const count = sources.filter((source) => source?.importer.kind === kind).length;
    assert(count >= FEWEST_SAMPLES, `${kind} has ${count}`);
  }
});

/** Whether a loss is of a place, by the key there or by imp's own. */
function isNamed(key: string, place: string): boolean {
  const parts = place.split(".").filter((part) => /\D/.test(part));
  const isOwn = (part: string) => part.startsWith(key) || (key === "schedule" && /cron/.test(part));
  return parts.some((part) => key.includes(part) || isOwn(part));
}

/** Whether it says nothing which is not so anyway. */
function isSilent({ saysNothing = [] }: Sample, what: string): boolean {
  return saysNothing.some((each) => typeof each === "string" ? each === what : each.test(what));
}

async function assertRight(yaml: string, { env, title }: Sample): Promise<void> {
  assertEquals(await faultsOf(yaml, env), [], `${title}\n${yaml}`);
}

/** What comes out of a sample when its file is another one; undefined for what cannot be read. */
async function outcomes(
  sample: Sample,
  mutate: (name: string, text: string) => Mutation[],
): Promise<{ what: string; yaml: string | undefined }[]> {
  const name = await nameOf(sample);
  return await Promise.all(
    mutate(name, sample.files[name]!).map(async ({ what, text }) => ({
      what,
      yaml: await outcomeOf(sample, () => text).catch(() => undefined),
    })),
  );
}

async function outcomeOf(
  sample: Sample,
  rewrite: (name: string, text: string) => string,
): Promise<string> {
  const name = await nameOf(sample);
  const files = { ...sample.files, [name]: rewrite(name, sample.files[name]!) };
  return (await importOf(files, { ...sample, file: name })).yaml;
}

async function nameOf({ file, files }: Sample): Promise<string> {
  return file ?? (await sourceOf(files))!.files[0].name;
}
