/** The workflows: that they are what GitHub reads, and say of the project what is so. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { parse } from "@std/yaml/parse";
import { areThere } from "../support/programs.ts";
import { TRIPLES } from "../support/test_release.ts";

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Job {
  readonly "runs-on": string;
  readonly "timeout-minutes": number;
  readonly needs?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly matrix: { readonly include: readonly { target: string }[] } };
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly on: unknown;
  readonly permissions: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const ROOT = new URL("../../", import.meta.url);
const FILES = ["test.yml", "release.yml"];
const TEXTS = FILES.map((name) =>
  Deno.readTextFileSync(new URL(`.github/workflows/${name}`, ROOT))
);
const WORKFLOWS = TEXTS.map((text) => parse(text) as Workflow);
const JOBS = WORKFLOWS.flatMap(({ jobs }) => Object.values(jobs));
const STEPS = JOBS.flatMap(({ steps }) => steps);

Deno.test("workflows use what they use by its hash, with its version beside it", () => {
  const used = TEXTS.flatMap((text) => text.split("\n")).filter((line) => /\buses:/.test(line));
  assert(used.length > 5);
  for (const line of used) assertMatch(line, /uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  // One version of each.
  const versions = new Set(STEPS.flatMap(({ uses }) => uses ?? []));
  const names = new Set([...versions].map((each) => each.split("@")[0]));
  assertEquals(versions.size, names.size);
});

Deno.test("workflows may read, and each job has a limit and says what else it may", () => {
  for (const { permissions } of WORKFLOWS) assertEquals(permissions, { contents: "read" });
  for (const job of JOBS) assert(job["timeout-minutes"] <= 90);
  const writers = Object.entries(WORKFLOWS[1]!.jobs).filter(([, { permissions }]) =>
    Object.values(permissions ?? {}).includes("write")
  ).map(([name]) => name);
  assertEquals(writers, ["pack", "publish"]);
  // What others can write (a branch's name, a title) reaches no script.
  for (const { run } of STEPS) assert(!/\$\{\{/.test(run ?? ""), run);
});

Deno.test("workflows call scripts and tasks that are there", () => {
  const { tasks } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT)));
  const lines = STEPS.flatMap(({ run }) => run?.split("\n") ?? []);
  const called = lines.flatMap((line) => [...line.matchAll(/\bdeno task ([\w-]+)/g)]);
  assertEquals(called.map((match) => match[1]!).filter((name) => !(name in tasks)), []);
  const scripts = lines.flatMap((line) => /^((?:tools\/|\.ci\/)\S+)/.exec(line)?.[1] ?? []);
  assertEquals(scripts.toSorted(), [
    ".ci/run",
    "tools/release/publish.sh",
    "tools/release/smoke.sh",
  ]);
  for (const path of scripts) {
    assertEquals(Deno.statSync(new URL(path, ROOT)).mode! & 0o111, 0o111, path);
  }
});

Deno.test("workflows build with the Deno of .ci/run, and try each system that is released", () => {
  const pinned = /^readonly DENO_VERSION=(.+)$/m.exec(
    Deno.readTextFileSync(new URL(".ci/run", ROOT)),
  )?.[1];
  for (const { env } of WORKFLOWS) assertEquals(env.DENO_VERSION, pinned);
  const tried = WORKFLOWS[1]!.jobs.smoke!.strategy!.matrix.include.map(({ target }) => target);
  assertEquals(tried, [...TRIPLES]);
});

Deno.test("a release is published when it was tried, never without", () => {
  const { jobs } = WORKFLOWS[1]!;
  const order: string[] = [];
  for (let name: string | undefined = "publish"; name; name = jobs[name]!.needs) order.push(name);
  assertEquals(order, ["publish", "pack", "smoke", "build"]);
});

Deno.test({
  name: "actionlint has nothing against the workflows",
  ignore: !await areThere(["actionlint"]),
  async fn() {
    const paths = FILES.map((name) => new URL(`.github/workflows/${name}`, ROOT).pathname);
    const { code, stdout } = await new Deno.Command("actionlint", { args: paths }).output();
    assertEquals([code, new TextDecoder().decode(stdout)], [0, ""]);
  },
});
