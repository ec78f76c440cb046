/** What a coding agent has to do all day, in as few calls and bytes as it should take. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";

/** One call, and how many bytes came back. */
async function call(box: Box, words: string[], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await box.imp(words, { env });
  return {
    code,
    text: stdout + stderr,
    stdout,
    bytes: new TextEncoder().encode(stdout + stderr).length,
  };
}

const ONE = { CLAUDECODE: "1", CLAUDE_CODE_SESSION_ID: "session-one" };
const TWO = { CLAUDECODE: "1", CLAUDE_CODE_SESSION_ID: "session-two" };
const SERVER = ["--", "sleep", "1000000"];

Deno.test("two agents in one project: the second is told whose a job is that it joins, stops or restarts (1 call each)", async () => {
  await using box = await openBox();
  const first = await call(box, ["add", "--name", "api", ...SERVER], ONE);
  assertEquals([first.code, /is of/.test(first.text)], [0, false]);
  const second = await call(box, ["add", "--name", "api", ...SERVER], TWO);
  assertMatch(second.text, /already up[^]*\(api\) is of claude/);
  assert(second.bytes <= 200, second.text);
  const again = await call(box, ["add", "--name", "api", ...SERVER], ONE);
  assert(!/is of/.test(again.text), again.text);
  const looks = await call(box, ["list"], TWO);
  assertMatch(looks.stdout, /OWNER[^]*claude/);
  for (const verb of ["restart", "stop"]) {
    const { code, text, bytes } = await call(box, [verb, "api"], TWO);
    assertEquals(code, 0);
    assertMatch(text, /\(api\) is of claude/);
    assert(bytes <= 200, text);
  }
  // What ends it is not for the second to say, unless it says so.
  await call(box, ["add", "--name", "api", ...SERVER], ONE);
  const leased = await call(box, ["add", "--name", "api", "--lease", "1s", ...SERVER], TWO);
  assertMatch(leased.text, /stays as it was; imp keep api changes that/);
  const { lease, owner } = await box.impJson(["show", "api"]);
  assertEquals([lease, owner.session], [undefined, "session-one"]);
  const joined = await call(box, ["add", "--name", "api", "--lease", "2h", ...SERVER], ONE);
  assertMatch(joined.text, /Changed at once: when it ends by itself/);
});

Deno.test("nothing left over: an agent stops all that it has started, and nothing else (1 call)", async () => {
  await using box = await openBox();
  await call(box, ["add", "--name", "api", ...SERVER], ONE);
  await call(box, ["add", "--name", "worker", "--", "sleep", "1000001"], ONE);
  await call(box, ["add", "--name", "other", "--", "sleep", "1000002"], TWO);
  await call(box, ["add", "--name", "person", "--", "sleep", "1000003"]);
  const { code, text, bytes } = await call(box, ["stop", "--owner", "me"], ONE);
  assertEquals(code, 0, text);
  assertMatch(text, /^Stopped job \w+ \(api\)\nStopped job \w+ \(worker\)\n$/);
  assert(bytes <= 100, text);
  const { jobs } = await box.impJson(["list"]);
  const up = jobs.filter((job: { status: string }) => job.status === "running");
  assertEquals(up.map((job: { name: string }) => job.name), ["other", "person"]);
});
