/** `imp diff`: what a run that failed printed and the last good one did not. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";

/** Runs the script as the job's next run; resolves when that is over. */
async function runs(box: Box, script: string): Promise<void> {
  await box.file("project/script", script);
  await box.imp(["run", "-q", "--name", "job", "--", "sh", "script"]);
}

Deno.test("diff tells what the newest failing run printed that the last good one before it did not", async () => {
  await using box = await openBox();
  await runs(box, "echo up in 12ms; echo pid $$; echo tidy >&2");
  await runs(box, "echo up in 2s; echo other; exit 4");
  await runs(
    box,
    "echo up in 31ms; echo pid $$; for n in 1 2 3; do echo connecting; done; " +
      "echo tidy; echo 'Error: 500 from db' >&2; exit 3",
  );
  await runs(box, "echo up in 1s; echo pid $$");
  const { code, stdout, stderr } = await box.imp(["diff", "job"]);
  const [title, ...lines] = stdout.trimEnd().split("\n");
  assertMatch(
    title!,
    /^\w+ \(job\): run 3 \(failed \(3\) \d+s ago\) printed 3 lines that run 1 \(exited \(0\) \d+s ago\) did not$/,
  );
  assertEquals([code, stderr], [1, ""]);
  // Two streams, whose lines may come within the same tenth of a second.
  assertEquals(lines.sort(), ["err Error: 500 from db", "out connecting  (3 times)", "out tidy"]);
  // Another one by its number, and any two.
  assertStringIncludes((await box.imp(["diff", "job", "--run", "2"])).stdout, "\nout other\n");
  const back = await box.imp(["diff", "job", "3", "4"]);
  assertEquals([back.code, back.stdout.split("\n").length], [0, 2]);
  assertMatch(back.stdout, /run 4 .* printed nothing that run 3 .* did not/);
  // Nobody is needed for it, and it says what programs read.
  await box.impOk(["daemon", "stop"]);
  const { stdout: json } = await box.imp(["diff", "job", "--json", "--max-lines", "2"]);
  const told = JSON.parse(json);
  assertEquals([told.run.run, told.against.run, told.lines.length], [3, 1, 2]);
  assertEquals([told.omitted.lines, told.omitted.index, told.missing], [1, 0, []]);
  const cut = (await box.imp(["diff", "job", "--max-lines", "2"])).stdout;
  assertMatch(cut, /\n… 1 line, \d+ bytes left out; imp diff job 1 3 --max-lines 0 …\n/);
  assertEquals(await box.daemons(), []);
});

Deno.test("diff says what to do where there are no two runs to compare", async () => {
  await using box = await openBox();
  const refused = async (...args: string[]) => {
    const { code, stdout, stderr } = await box.imp(["diff", "--json", ...args]);
    assertEquals(stdout, "");
    const { error } = JSON.parse(stderr);
    return [code, error.code, error.hint];
  };
  assertEquals(await refused("job"), [4, "job.not_found", "There are no jobs yet"]);
  await runs(box, "echo one; exit 1");
  const only = await refused("job");
  assertEquals(only, [4, "run.not_found", "What it printed: imp logs job --run 1"]);
  await runs(box, "echo two; exit 1");
  assertEquals(await refused("job"), [
    ...[4, "run.not_found"],
    "Any two can be compared: imp diff job 1 2; Its output is kept for: 2, 1",
  ]);
  assertEquals((await refused("job", "1", "7")).slice(0, 2), [4, "run.not_found"]);
  assertEquals((await refused("job", "1")).slice(0, 2), [2, "usage.unexpected_word"]);
  assertEquals((await refused("job", "one", "two")).slice(0, 2), [2, "usage.bad_number"]);
  assertEquals((await refused("job", "1", "2", "--run", "1")).slice(0, 2), [2, "usage.conflict"]);
  await box.impOk(["add", "--name", "good", "--", "true"]);
  await box.impOk(["wait", "good"]);
  const good = await refused("good");
  assertEquals(good, [4, "run.not_found", "Its output is kept for: 1"]);
});
