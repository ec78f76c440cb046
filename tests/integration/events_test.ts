/** The event stream: many readers, one truth, nothing missing and nothing twice. */
import { assert, assertEquals } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { isAlive } from "../support/process_facts.ts";
import type { TestProcess } from "../support/process.ts";
import { startDaemon, type TestDaemon } from "../support/test_daemon.ts";

/** What `imp events --json` prints, after the snapshot. */
interface Line {
  readonly event: string;
  readonly seq: number;
  readonly job_id: string | null;
  readonly data: Record<string, unknown>;
}

Deno.test("F31 500 starts and stops: every reader sees the same, one that sleeps gets a gap, nobody waits", async () => {
  await using daemon = await startDaemon({
    queue_events: 50,
    requests_per_second: 100_000,
    request_burst: 100_000,
  });
  await using first = await follow(daemon);
  await using second = await follow(daemon);
  await using sleeper = await follow(daemon);
  sleeper.kill("SIGSTOP");
  const last = await startAndStop(daemon, 500);
  await seen(first, last);
  await seen(second, last);
  const lines = linesOf(first);
  assertEquals(linesOf(second), lines);
  assertGapless(lines);
  const named = (name: string) => lines.filter(({ event }) => event === name).length;
  assert(named("job_started") >= 500 && named("job_stopped") >= 500, `${named("job_started")}`);
  assertEquals(lines.filter(({ event }) => event === "gap"), []);

  sleeper.kill("SIGCONT");
  await sleeper.waitForStdout('"event":"gap"');
  await daemon.impOk("add", "--name", "after", "--", "true");
  await sleeper.waitForStdout('"after"');
  assertGapless(linesOf(sleeper));
  for (const line of linesOf(sleeper)) {
    if (line.event === "gap") continue;
    assertEquals(line, lines.find(({ seq }) => seq === line.seq) ?? line);
  }
});

Deno.test("F41 --since continues exactly after kill -9 and a new daemon", async () => {
  await using daemon = await startDaemon();
  await using before = await follow(daemon);
  const seq = await startAndStop(daemon, 20);
  await seen(before, seq);
  await daemon.end("SIGKILL");
  // The follower may have brought the next one to life already.
  await daemon.impOk("ping");
  const last = await startAndStop(daemon, 5);
  await seen(before, last);
  assertGapless(linesOf(before));
  const all = linesOf(before);
  for (const since of [seq - 10, seq, last]) {
    await using after = await follow(daemon, "--since", String(since));
    await daemon.impOk("add", "--name", `new-${since}`, "--", "true");
    await after.waitForStdout(`"new-${since}"`);
    const replayed = linesOf(after);
    assertEquals(replayed[0]?.seq, since + 1);
    assertGapless(replayed);
    for (const line of replayed) {
      assertEquals(line, all.find((other) => other.seq === line.seq) ?? line);
    }
  }
});

Deno.test("F41 a follower misses nothing and is told nothing twice, however daemons end", async () => {
  await using daemon = await startDaemon();
  await using follower = await follow(daemon);
  await daemon.end("SIGKILL");
  for (const signal of ["SIGKILL", "SIGTERM", "SIGKILL", "SIGTERM"] as const) {
    await daemon.impOk("ping");
    await startAndStop(daemon, 3);
    const { pid } = JSON.parse(await daemon.impOk("--json", "daemon", "status"));
    Deno.kill(pid, signal);
    await eventually("it has ended", () => !isAlive(pid));
  }
  await daemon.impOk("ping");
  const last = await startAndStop(daemon, 3);
  await seen(follower, last);
  assertGapless(linesOf(follower));
});

Deno.test("what is not kept any more is a gap, and --since beyond the end is an error", async () => {
  await using daemon = await startDaemon({
    events_kept: 100,
    requests_per_second: 100_000,
    request_burst: 100_000,
  });
  await using client = await daemon.connect();
  for (let count = 0; count < 1_050; count++) await client.request("reload", {});
  const last = await startAndStop(daemon, 1);
  await using follower = await follow(daemon, "--since", "0");
  await seen(follower, last);
  const [first, ...rest] = linesOf(follower);
  assertEquals(first!.event, "gap");
  assertEquals(first!.data.from, 1);
  assertGapless([first!, ...rest]);
  const { code, stderr } = await daemon.imp("--json", "events", "--since", "999999");
  assertEquals([code, JSON.parse(stderr).error.code], [1, "events.unknown_seq"]);
});

Deno.test("filters: by job, type and directory; the rest is not there and leaves no gap", async () => {
  await using daemon = await startDaemon();
  await using client = await daemon.connect();
  const subscribe = async (payload: Record<string, unknown>) => {
    const { events } = await client.subscribe(payload);
    return events[Symbol.asyncIterator]();
  };
  const spec = (name: string, workdir: string) => ({
    command: ["sh", "-c", "true"],
    workdir,
    env: { ...daemon.box.env },
    umask: 0o022,
    name,
  });
  Deno.mkdirSync(`${daemon.box.project}/sub`);
  const { job } = await client.request("add", spec("one", daemon.box.project));
  const byJob = await subscribe({ jobs: ["one"] });
  const byType = await subscribe({ types: ["job_removed"] });
  const byWorkdir = await subscribe({ workdir: `${daemon.box.project}/sub` });
  const two = (await client.request("add", spec("two", `${daemon.box.project}/sub`))).job;
  await client.request("wait", { jobs: ["one", "two"], for: "exited" });
  await client.request("remove", { jobs: ["one", "two"] });
  const next = async (events: AsyncIterator<{ event: string; job_id: string | null }>) => {
    const { value } = await events.next();
    return [value.event, value.job_id];
  };
  assertEquals(await next(byType), ["job_removed", job.id]);
  assertEquals(await next(byType), ["job_removed", two.id]);
  assertEquals(await next(byWorkdir), ["job_added", two.id]);
  for (;;) {
    const [event, id] = await next(byJob);
    assertEquals(id, job.id);
    if (event === "job_removed") break;
  }
});

Deno.test("a slow replay does not slow anybody, and is followed by what happened meanwhile", async () => {
  await using daemon = await startDaemon({ requests_per_second: 100_000, request_burst: 100_000 });
  const before = await startAndStop(daemon, 200);
  const slow = await daemon.greet();
  await slow.send({ id: 1, type: "subscribe", payload: { since: 0 } });
  // It reads nothing: the replay waits, and the daemon does not.
  const after = await startAndStop(daemon, 50);
  assert(after > before);
  let seq = 0;
  assertEquals((await slow.next()).id, 1);
  while (seq < after) {
    const { type, event } = await slow.next();
    assertEquals([type, event.seq], ["event", seq + 1]);
    assert(event.event !== "gap");
    seq = event.seq;
  }
  slow.close();
});

Deno.test("a connection has a limited number of subscriptions", async () => {
  await using daemon = await startDaemon();
  const peer = await daemon.greet();
  for (let id = 1; id <= 33; id++) {
    await peer.send({ id, type: "subscribe", payload: {} });
    const reply = await peer.next();
    if (id <= 32) assertEquals([reply.id, reply.ok], [id, true]);
    else assertEquals(reply.error.code, "limit.subscriptions");
  }
  peer.close();
});

/** Resolves when the event with this number was told. */
async function seen(process: TestProcess, seq: number): Promise<void> {
  await process.waitForStdout(new RegExp(`"event":"\\w+","seq":${seq},`));
}

/** Starts `imp events --json`; resolves when it has subscribed. */
async function follow(daemon: TestDaemon, ...args: string[]): Promise<TestProcess> {
  const process = daemon.startImp("events", "--json", ...args);
  await process.waitForStdout('"type":"snapshot"');
  return process;
}

/** Runs a job so often to its end; returns the number of the last event. */
async function startAndStop(daemon: TestDaemon, times: number): Promise<number> {
  await using client = await daemon.connect();
  const { job } = await client.request("add", {
    command: ["/bin/true"],
    workdir: daemon.box.project,
    env: {},
    umask: 0o022,
  });
  for (let count = 1; count <= times; count++) {
    await client.request("wait", { jobs: [job.id], for: "exited" });
    if (count < times) await client.request("start", { jobs: [job.id] });
  }
  return (await client.request("list", {})).seq;
}

function linesOf(process: TestProcess): Line[] {
  const text = process.stdout.text;
  return text.slice(0, text.lastIndexOf("\n")).split("\n").map((line) => JSON.parse(line))
    .filter((line) => line.event !== undefined);
}

/** Every number once and in order, but for those that a gap names. */
function assertGapless(lines: readonly Line[]): void {
  let last = lines[0]!.event === "gap" ? lines[0]!.data.from as number - 1 : lines[0]!.seq - 1;
  for (const { event, seq, data } of lines) {
    assertEquals(event === "gap" ? data.from : seq, last + 1, `after ${last}`);
    last = seq;
  }
}
