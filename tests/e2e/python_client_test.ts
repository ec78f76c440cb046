/** A client in another language, written from PROTOCOL.md alone, against a real daemon. */
import { assertEquals, assertMatch } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { areThere } from "../support/programs.ts";

const CLIENT = new URL("../../docs/examples/client.py", import.meta.url).pathname;
const ignore = !await areThere(["python3"]);

function python(box: Box, ...words: string[]) {
  return box.run(["python3", CLIENT, ...words]);
}

Deno.test({
  name: "a client in Python starts the daemon, adds jobs and lists them (needs python3)",
  ignore,
  async fn() {
    await using box = await openBox();
    const { version } = JSON.parse((await python(box, "ping")).stdout);
    assertMatch(version, /^\d+\.\d+\.\d+/);
    const { job, action } = JSON.parse((await python(box, "add", "sleep", "1000")).stdout);
    assertEquals([action, job.status], ["created", "running"]);
    const { jobs } = JSON.parse((await python(box, "list")).stdout);
    assertEquals(jobs.map(({ id }: { id: string }) => id), [job.id]);
    assertEquals((await box.impJson(["list"])).jobs.length, 1);
  },
});

Deno.test({
  name: "a client in Python passes a command's output and code on, byte for byte (needs python3)",
  ignore,
  async fn() {
    await using box = await openBox();
    const script = "printf 'out\\000'; echo err >&2; exit 4";
    const { code, stdout, stderr } = await python(box, "exec", "sh", "-c", script);
    assertEquals([code, stdout, stderr], [4, "out\0", "err\n"]);
    assertEquals((await python(box, "exec", "sh", "-c", "kill -TERM $$")).code, 143);
  },
});

Deno.test({
  name: "a client in Python follows events, and says what the daemon refuses (needs python3)",
  ignore,
  async fn() {
    await using box = await openBox();
    await box.impOk(["add", "--name", "web", "--wait", "--", "sleep", "1000"]);
    await using events = box.start(["python3", CLIENT, "events", "2"]);
    const { seq, jobs } = JSON.parse(await events.waitForStdout("\n"));
    assertEquals(jobs.length, 1);
    await box.impOk(["rename", "web", "shop"]);
    const { stdout, code } = await events.result();
    const event = JSON.parse(stdout.trim().split("\n").at(-1)!);
    assertEquals([code, event.event, event.data.name], [0, "job_updated", "shop"]);
    assertEquals(event.seq, seq + 1);
    const refused = await python(box, "rename");
    assertMatch(
      refused.stderr,
      /RuntimeError: protocol\.bad_payload: .*job: must be the id of a job/,
    );
  },
});
