import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { JOB_STATUSES } from "../../protocol/job_status.ts";
import { judge } from "./judge.ts";
import { firstLine, renderWhy } from "./render_why.ts";
import { factsOf, jobOf, toldRun } from "./testdata/why_samples.ts";
import { toWhyJson } from "./why_json.ts";

Deno.test("judge() has an answer for every status with and without a run, within its budget", () => {
  for (const status of JOB_STATUSES) {
    for (const last of [undefined, toldRun({}, { stderr: Array(200).fill("é🐙".repeat(500)) })]) {
      for (const maxBytes of [80, 200, 1_024]) {
        const facts = factsOf({ job: jobOf({ status, name: "n".repeat(60) }), last });
        const text = renderWhy(facts, judge(facts), { maxBytes, maxLines: 12 });
        const bytes = new TextEncoder().encode(text);
        assert(bytes.length <= maxBytes, `${status} ${bytes.length}`);
        assertEquals(new TextDecoder().decode(bytes).includes("\uFFFD"), false);
        assert(text.startsWith("V3x ("), text);
      }
    }
  }
});

Deno.test("an answer says what has changed, and stands as JSON in one shape", () => {
  const changes = {
    since_run: 3,
    definition: ["command"],
    env_added: [],
    env_removed: ["A", "B", "C", "D", "E", "F", "G"],
    env_changed: ["URL"],
  };
  const facts = factsOf({ changes });
  assertStringIncludes(
    renderWhy(facts, judge(facts), { maxBytes: 1_024, maxLines: 5 }),
    "\nchanged since run 3, the last that went well: command; environment URL; " +
      "no more in the environment A, B, C, D, E, F and 1 more\n",
  );
  const json = toWhyJson(facts, judge(facts), 5);
  assertEquals([json.job_id, json.reason, json.exit_code, json.hint, json.changes], [
    "V3x",
    "exit.code",
    1,
    null,
    changes,
  ]);
  assertEquals(
    Object.keys(json),
    Object.keys(toWhyJson(factsOf({ last: undefined }), judge(facts), 5)),
  );
  assertEquals(firstLine(facts, judge(facts)), "V3x (api) failed (1): it said nothing");
});

Deno.test("nothing that a job says reaches a terminal as it is", () => {
  const facts = factsOf({
    last: toldRun({}, { stderr: ["Error: \x1b[31mno\x1b]0;title\x07\u202e"] }),
  });
  const text = renderWhy(facts, judge(facts), { maxBytes: 1_024, maxLines: 5 });
  assert(!["\x1b", "\x07", "\u202e"].some((each) => text.split("\n")[0]!.includes(each)), text);
});
