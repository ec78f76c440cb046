import { assert, assertEquals } from "@std/assert";
import { readJobFields } from "../store/job_fields.ts";
import { sampleJob, sampleRun } from "../store/testdata/sample_records.ts";
import { formatRunSpec, parseRunSpec } from "./run_spec.ts";

const GOLDEN = Deno.readTextFileSync(new URL("testdata/run_spec_0.1.txt", import.meta.url));

Deno.test("parseRunSpec() reads what every release wrote, and a job can be made of it", () => {
  const spec = parseRunSpec(GOLDEN);
  assert(spec.is === "sound");
  assertEquals(spec.value.run, { runId: "V3x-2", run: 2, startedAtMs: 1_760_000_060_000 });
  const job = readJobFields("V3x", { ...spec.value.job, env: { A: "b" } });
  assertEquals([job.name, job.command, job.fault], ["api", ["deno", "task", "api"], undefined]);
});

Deno.test("formatRunSpec() keeps everything of a job but its environment", () => {
  const job = sampleJob();
  const spec = parseRunSpec(formatRunSpec(job, sampleRun()));
  assert(spec.is === "sound");
  const { env, ...kept } = job;
  assertEquals(spec.value.job, kept);
  assertEquals(readJobFields(job.id, { ...spec.value.job, env }), job);
});

Deno.test("D4 parseRunSpec() says what is wrong with a spec, and throws for none", () => {
  for (const text of ["", "garbage", "{}", "[]", "null", GOLDEN.slice(0, 60), '{"job":1}']) {
    assertEquals(parseRunSpec(text).is, "damaged", text);
  }
  assertEquals(parseRunSpec(undefined).is, "missing");
});
