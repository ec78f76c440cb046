/** `imp mcp` as the official SDKs' clients use it, in both eras: every tool, and what is taken back. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { connectSdk, SDK_KINDS } from "../support/mcp_sdk.ts";
import { declare } from "../support/project_box.ts";
import { openBox } from "../support/box.ts";

const SERVER = 'echo "listening on 8080"; exec sleep 600';

/** The SDKs leave timers behind, and find out by another process which era a server is of. */
function sdkTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, fn, sanitizeOps: false, sanitizeResources: false });
}

for (const kind of SDK_KINDS) {
  sdkTest(`every tool does its work for the client of SDK ${kind}`, async () => {
    await using box = await openBox();
    await using client = await connectSdk(kind, box);
    if (kind !== "v1") {
      assertEquals(client.version(), kind === "v2 without" ? "2026-07-28" : "2025-11-25");
    }
    const names = ["imp_status", "imp_up", "imp_run", "imp_logs", "imp_wait", "imp_start"];
    assertEquals((await client.tools()).map(({ name }) => name), [...names, "imp_stop"]);

    const failed = await client.call("imp_run", {
      command: "echo out; echo err >&2; exit 3",
      name: "build",
    });
    assert(!failed.isError);
    assertMatch(failed.text, /^\w+ \(build\), run 1: failed \(3\) after .*\(new job\)\n/);
    assertStringIncludes(failed.text, "\nout\n");
    assertStringIncludes(failed.text, "\nerr\n");
    const { outcome, exit_code, action } = failed.data;
    assertEquals([outcome, exit_code, action], ["exited", 3, "created"]);

    const server = await client.call("imp_run", {
      ...{ command: ["sh", "-c", SERVER], name: "api", until: "ready" },
      ready: "log:listening",
    });
    assertEquals([server.data.outcome, server.data.ready], ["ready", true]);

    const all = await client.call("imp_status");
    assertMatch(all.text, /^2 jobs in .*:\nbuild failed \(3\), .*\napi ready, /);
    const one = await client.call("imp_status", { job: "build" });
    assertStringIncludes(one.text, "stderr:\nerr");

    const logs = await client.call("imp_logs", { job: "api" });
    assertStringIncludes(logs.data.text, "listening on 8080");
    const waited = await client.call("imp_wait", { job: "api", for: "output:/listening on \\d+/" });
    assertEquals([waited.data.outcome, waited.data.match], ["matched", "listening on 8080"]);
    const late = await client.call("imp_wait", { job: "api", timeout_s: 0 });
    assertEquals(late.data.outcome, "timed_out");
    assertStringIncludes(late.text, "call imp_wait with next_cursor");

    const restarted = await client.call("imp_start", { jobs: ["api"], restart: true });
    const [job] = restarted.data.jobs;
    assertEquals([job.action, job.run], ["restarted", 2]);

    await declare(box, { web: { command: SERVER, ready: { log: "listening" } } });
    const asked = await client.call("imp_up");
    assert(asked.isError);
    assertEquals(asked.data.error.code, "project.untrusted");
    assertStringIncludes(asked.text, SERVER);
    const up = await client.call("imp_up", { confirm: asked.data.digest });
    assertEquals([up.data.result, up.data.jobs[0].state], ["ready", "ready"]);
    assertMatch(up.text, /^All is ready\nweb ready in /);
    assertEquals((await client.call("imp_up")).text, "Up to date");

    const stopped = await client.call("imp_stop", { jobs: ["api", "web"] });
    assertEquals(stopped.data.processes_left, 0);
    assertMatch(stopped.text, /\(api\) stopped\n\w+ \(web\) stopped\n0 processes left$/);
  });

  sdkTest(
    `a client of SDK ${kind} hears of progress, and takes a call back without ending the job`,
    async () => {
      await using box = await openBox();
      await using client = await connectSdk(kind, box);
      const gate = `${box.project}/gate`;
      await box.run(["mkfifo", gate]);
      const command = "echo one; echo two; read line < gate; echo $line";
      await client.call("imp_run", { command, name: "long", until: "started" });
      const over = new AbortController();
      await assertRejects(() =>
        client.call("imp_wait", { job: "long" }, {
          signal: over.signal,
          onprogress: () => over.abort(),
        })
      );
      const heard: string[] = [];
      const waiting = client.call("imp_wait", { job: "long" }, {
        onprogress: ({ message }) => {
          heard.push(message!);
          if (heard.length === 1) Deno.writeTextFile(gate, "three\n");
        },
      });
      const ended = await waiting;
      assertEquals([ended.data.outcome, ended.data.exit_code, ended.data.run], ["exited", 0, 1]);
      assertEquals(heard[0], "two");
      assertStringIncludes(ended.text, "\nthree\n");
    },
  );
}

sdkTest("a client of SDK v2 that is not told the era of the server finds it out", async () => {
  await using box = await openBox();
  await using client = await connectSdk("v2 that finds out", box);
  assertEquals(client.version(), "2026-07-28");
  assertEquals((await client.tools()).length, 7);
});
