/** What a newer daemon tells of itself is passed on by an older imp as it came. */
import { assert, assertEquals } from "@std/assert";
import type { EventName } from "../../src/protocol/event.ts";
import { openBox } from "../support/box.ts";
import { startFakeDaemon, toEvent } from "../support/fake_daemon.ts";
import { startDaemon, type TestDaemon } from "../support/test_daemon.ts";

/** A snapshot of this release, as a later one might tell it. */
async function newerSnapshot(daemon: TestDaemon, changes: Record<string, unknown> = {}) {
  await daemon.impOk("run", "--name", "web", "--", "true");
  const snapshot = JSON.parse(await daemon.impOk("status", "get", "--json"));
  const [job] = snapshot.jobs;
  return {
    ...snapshot,
    weather: { sunny: true },
    daemon: { ...snapshot.daemon, mood: "good" },
    jobs: [{ ...job, status: "hibernating", health: ["ok"] }],
    ...changes,
  };
}

/** Puts it in the place of what the daemon tells, which ends. */
async function tell(daemon: TestDaemon, snapshot: unknown, place: "socket" | "file") {
  await daemon.end("SIGTERM");
  Deno.writeTextFileSync(daemon.paths.statusJson, JSON.stringify(snapshot));
  if (place === "file") return { [Symbol.dispose]: () => {} };
  const listener = Deno.listen({ transport: "unix", path: daemon.paths.statusSocket });
  const line = new TextEncoder().encode(`${JSON.stringify(snapshot)}\n`);
  (async () => {
    for await (const connection of listener) {
      await connection.write(line).catch(() => {});
      connection.close();
    }
  })();
  return { [Symbol.dispose]: () => listener.close() };
}

for (const place of ["socket", "file"] as const) {
  Deno.test(`F9 a newer daemon's ${place}: more words and fields are passed on as they came`, async () => {
    await using daemon = await startDaemon();
    daemon.box.expectsKnownOutput = false;
    const snapshot = await newerSnapshot(daemon);
    using _told = await tell(daemon, snapshot, place);
    const { stdout, stderr } = await daemon.imp("status", "get", "--json");
    const shown = JSON.parse(stdout);
    const own = place === "file" ? { source: "file", stale: true } : {};
    assertEquals(shown, { ...snapshot, ...own });
    assertEquals(stderr, "");
    const text = await daemon.imp("status");
    assert(text.stdout.includes("hibernating"), text.stdout);
    await daemon.start();
  });

  Deno.test(`F9 a newer daemon's ${place}: a newer schema is said so`, async () => {
    await using daemon = await startDaemon();
    daemon.box.expectsKnownOutput = false;
    const readable = await newerSnapshot(daemon, { schema_version: 2 });
    {
      using _told = await tell(daemon, readable, place);
      const { stdout } = await daemon.imp("status", "get", "--json");
      assertEquals(JSON.parse(stdout).schema_version, 2);
      const { stderr } = await daemon.imp("status");
      assert(stderr.includes("schema 2, and this imp knows 1"), stderr);
    }
    Deno.removeSync(daemon.paths.statusJson);
    const unreadable = { type: "status.snapshot", schema_version: 2, things: {} };
    await daemon.start();
    {
      using _told = await tell(daemon, unreadable, place);
      const { code, stderr } = await daemon.imp("status", "get", "--json");
      assertEquals(JSON.parse(stderr).error.code, "version.newer_status");
      assertEquals(code, 5);
    }
    await daemon.start();
  });
}

Deno.test("F9 a newer daemon's status stream is passed on as it came", async () => {
  await using daemon = await startDaemon();
  daemon.box.expectsKnownOutput = false;
  const snapshot = await newerSnapshot(daemon);
  {
    using _told = await tell(daemon, snapshot, "socket");
    await using stream = daemon.startImp("status", "stream", "--json");
    assertEquals(JSON.parse((await stream.waitForStdout("\n")).split("\n")[0]!), snapshot);
    stream.kill("SIGINT");
    await stream.result();
  }
  await daemon.start();
});

Deno.test("F9 a newer daemon's jobs and events are passed on as they came", async () => {
  await using daemon = await startDaemon();
  daemon.box.expectsKnownOutput = false;
  const { jobs } = await newerSnapshot(daemon);
  await daemon.end("SIGTERM");
  const event = {
    ...toEvent(7, "job_hibernated" as EventName, jobs[0]),
    job_id: jobs[0].id,
    of: 1,
  };
  {
    await using _newer = startFakeDaemon(daemon.paths, async (peer) => {
      const { id, type } = await peer.next();
      const data = { jobs, seq: 6, moon: "full" };
      await peer.send({ id, ok: true, data });
      if (type === "subscribe") await peer.send({ type: "event", subscription: id, event });
      await peer.gone();
    }, { hello: { build: "99991231T000000.000Z", version: "9.0.0" } });
    const listed = await daemon.imp("list", "--json");
    assertEquals([listed.stderr, JSON.parse(listed.stdout)], ["", { jobs }]);
    assert((await daemon.imp("list")).stdout.includes("hibernating"));
    await using events = daemon.startImp("events", "--json");
    const lines = await events.waitForStdout("job_hibernated");
    assertEquals(JSON.parse(lines.split("\n")[1]!), { ...event, type: "event" });
    events.kill("SIGINT");
    await events.result();
  }
  await daemon.start();
});

Deno.test("F9 a status that is none is passed over", async () => {
  await using box = await openBox();
  await box.impOk(["run", "--", "true"]);
  const { daemon } = await box.impJson(["status", "get"]);
  await box.impOk(["daemon", "stop"]);
  for (const text of ["", "{", "[]", '{"type":"status.snapshot"}', '{"type":"weather"}']) {
    Deno.writeTextFileSync(`${daemon.state_dir}/status.json`, text);
    const { code, stderr } = await box.imp(["--json", "status", "get"]);
    assertEquals([code, JSON.parse(stderr).error.code], [69, "status.unavailable"], text);
  }
});
