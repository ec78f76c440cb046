import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { planOf } from "../testdata/project_box.ts";
import { writeImpYaml } from "./imp_yaml.ts";
import { Losses } from "./losses.ts";
import { literal } from "./marked_text.ts";
import { settleJobs } from "./settle_jobs.ts";

/** What YAML, the shell or imp might take for something else. */
const ODD = ["yes", "3", "a: b", "- x", "x # y", "'q", "{a}", "a  b", "~", "0x1", "\ta", "é\n ü\n"];

Deno.test("what is written is read again as it was, whatever it is called and says", async () => {
  const text = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom(...ODD, "$HOME ${X} $$"))
    .filter((each) => !each.includes("\0") && each.trim() !== "" && !each.includes("ports."));
  const job = fc.record({
    name: fc.oneof(fc.string(), fc.constantFrom("web", "web!", "__proto__", "true", "1")),
    shell: text,
    word: text,
    value: text,
    remark: text,
  });
  await fc.assert(
    fc.asyncProperty(fc.array(job, { maxLength: 4 }), text, async (jobs, why) => {
      const losses = new Losses();
      jobs.forEach(({ name }) => losses.add({ file: "x", key: why, value: why, job: name, why }));
      losses.add({ file: "x", key: why, why });
      const settled = settleJobs(
        jobs.map(({ name, shell, word, value, remark }, at) => ({
          name,
          job: {
            command: at % 2 === 0 ? shell : ["run", literal(word)],
            env: { VALUE: literal(value) },
          },
          remarks: [remark],
        })),
        { file: "x", losses },
      );
      assertEquals(losses.count, jobs.length + 1);
      const yaml = writeImpYaml({
        head: ["made by a test"],
        project: { name: "a b: c", env_file: [{ path: ".env", required: false }] },
        jobs: settled,
        losses: losses.all,
      });
      const plan = await planOf({ "imp.yaml": yaml });
      assertEquals(plan.name, "a b: c");
      const said = new Map(plan.jobs.map((each) => [each.name, each]));
      assertEquals(said.size, jobs.length);
      settled.forEach(({ name }, at) => {
        const { command, env } = said.get(name)!;
        assertEquals(command.at(-1), at % 2 === 0 ? jobs[at]!.shell : jobs[at]!.word);
        assertEquals(env.VALUE, jobs[at]!.value);
      });
    }),
    { numRuns: 100 },
  );
});

Deno.test("jobs have names that imp allows, each its own, as near to those at the source as can be", () => {
  const names = (...sources: string[]) =>
    settleJobs(
      sources.map((name) => ({ name, job: { command: "x" } })),
      { file: "x", losses: new Losses() },
    ).map(({ name }) => name);
  assertEquals(names("web", "api.v2:x@y+z"), ["web", "api.v2:x@y+z"]);
  assertEquals(names("web!", "web", "web", "-web", ""), ["web-2", "web", "web-3", "web-4", "job"]);
  assertEquals(names("Füße größer", "__proto__", "a..b", "日本"), [
    ...["Fu-e-gro-er", "proto__", "a.b", "job"],
  ]);
  assertEquals(names("a".repeat(80), "a".repeat(90)), ["a".repeat(64), `${"a".repeat(62)}-2`]);
});

Deno.test("what a job cannot have is told, and the rest of it stays", () => {
  const losses = new Losses();
  const job = {
    command: "x",
    task: true,
    ready: { tcp: 80 },
    restart: "always",
    memory_limit: "5 bananas",
    env: { GOOD: "1", "BAD=": "2" },
    depends_on: { nobody: "ready", self: "ready", other: "completed" },
  } as const;
  const [self] = settleJobs(
    [{ name: "self", job }, { name: "other", job: { command: "y" } }, { name: "none", job: {} }],
    { file: "x", losses },
  );
  assertEquals(self!.job, {
    command: "x",
    env: { GOOD: "1" },
    task: true,
    depends_on: { other: "ready" },
  });
  assertEquals(losses.all.map(({ key }) => key).sort(), [
    ...["depends_on.nobody", "depends_on.other", "depends_on.self", "env.BAD=", "memory_limit"],
    ...["none", "ready", "restart"],
  ]);
});
