/** How things are, for everybody who wants to look: status.sock, status.json and `imp status`. */
import { assert, assertEquals } from "@std/assert";
import type { StatusSnapshot } from "../../src/protocol/snapshot.ts";
import { eventually, withDeadline } from "../support/eventually.ts";
import { hasTools } from "../support/process_facts.ts";
import { startDaemon, type TestDaemon } from "../support/test_daemon.ts";

const HOLD = ["add", "--name", "web", "--", "sleep", "1000"];

Deno.test("anybody may read the first line with nc and jq, and has it at once", async () => {
  if (!hasTools("nc", "jq")) return;
  await using daemon = await startDaemon();
  const script = `nc -U "$1" < /dev/null | head -1 | jq -r '.type, .schema_version, .source'`;
  const { stdout } = await daemon.box.run(["sh", "-c", script, "sh", daemon.paths.statusSocket]);
  assertEquals(stdout, "status.snapshot\n1\nipc\n");
});

Deno.test("a line is a whole snapshot: 5 to 10 a second with a job up, one a second without", async () => {
  await using daemon = await startDaemon();
  const idle = await gapsBetweenLines(daemon, 4);
  assert(sumOf(idle) >= 900 * idle.length, `${idle} ms without a job`);
  await daemon.impOk(...HOLD);
  const busy = await gapsBetweenLines(daemon, 20);
  assert(sumOf(busy) >= 90 * busy.length, `${busy} ms with one`);
  // A machine that is busy elsewhere may be late with some, but not with each.
  assert(Math.min(...busy) < 500, `${busy} ms with one`);
});

/** By when they were made, in ms. The first line comes at once, whenever the one before it was. */
async function gapsBetweenLines(daemon: TestDaemon, lines: number): Promise<number[]> {
  const reader = await openReader(daemon);
  await reader.next();
  const times: number[] = [];
  while (times.length < lines) {
    const { type, source, generated_at } = await reader.next();
    assertEquals([type, source], ["status.snapshot", "ipc"]);
    times.push(Date.parse(generated_at));
  }
  reader.close();
  return times.slice(1).map((time, index) => time - times[index]!);
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

Deno.test("fifty readers get the same lines, and one that left is forgotten", async () => {
  await using daemon = await startDaemon();
  await daemon.impOk(...HOLD);
  const readers = await Promise.all(Array.from({ length: 50 }, () => openReader(daemon)));
  const first = readers[0]!;
  const seen = await eventually("everybody is counted", async () => {
    const snapshot = await first.next();
    return snapshot.daemon.clients >= 50 && snapshot;
  });
  assertEquals(seen.jobs.map((job) => [job.name, job.status]), [["web", "running"]]);
  const lines = await Promise.all(
    readers.slice(1).map((reader) => reader.nextWhere((at) => at.daemon.clients === 50)),
  );
  assert(new Set(lines.map((line) => line.generated_at)).size < 50, "encoded once for all");
  for (const reader of readers.slice(1)) reader.close();
  await first.nextWhere((snapshot) => snapshot.daemon.clients === 1);
  first.close();
});

Deno.test("who reads slowly gets fewer lines, and nothing old", async () => {
  await using daemon = await startDaemon({ status_interval: "100ms" });
  await daemon.impOk(...HOLD);
  const slow = await openReader(daemon);
  const other = await openReader(daemon);
  for (let count = 0; count < 40; count++) await other.next();
  const { generated_at } = await other.next();
  let old = 0;
  while ((await slow.next()).generated_at < generated_at) old++;
  assert(old <= 5, `${old} lines of before were waiting`);
  slow.close();
  other.close();
});

Deno.test("one reader too many is told so", async () => {
  await using daemon = await startDaemon({ max_connections: 16 });
  const readers = await Promise.all(Array.from({ length: 16 }, () => openReader(daemon)));
  for (const reader of readers) await reader.next();
  const extra = await openReader(daemon);
  // deno-lint-ignore no-explicit-any
  const line = await extra.next() as any;
  assertEquals([line.type, line.error.code], ["error", "limit.connections"]);
  assertEquals(await extra.text(), "");
  for (const reader of [...readers, extra]) reader.close();
});

Deno.test("status get: from the socket, else from the file, else an error", async () => {
  await using daemon = await startDaemon();
  await daemon.impOk(...HOLD);
  const get = async () => {
    const { code, stdout, stderr } = await daemon.imp("--json", "status", "get");
    return { code, stderr, snapshot: stdout === "" ? undefined : JSON.parse(stdout) };
  };
  const live = await get();
  assertEquals([live.code, live.snapshot.source, live.snapshot.stale], [0, "ipc", false]);
  const text = await eventually("the change is in the file", () => {
    const written = Deno.readTextFileSync(daemon.paths.statusJson);
    return written.includes('"web"') && written;
  });
  // It would put its socket back; and however long we take, it has just written its file.
  daemon.signal("SIGSTOP");
  Deno.removeSync(daemon.paths.statusSocket);
  const young = { ...JSON.parse(text), generated_at: new Date(Date.now() + 60_000).toISOString() };
  Deno.writeTextFileSync(daemon.paths.statusJson, JSON.stringify(young));
  const filed = await get();
  assertEquals([filed.code, filed.snapshot.source, filed.snapshot.stale], [0, "file", false]);
  assertEquals(filed.snapshot.jobs[0].name, "web");
  assertEquals(modeOf(daemon.paths.statusJson), 0o600);
  await daemon.end("SIGKILL");
  const dead = await get();
  assertEquals([dead.code, dead.snapshot.source, dead.snapshot.stale], [3, "file", true]);
  Deno.removeSync(daemon.paths.statusJson);
  const none = await get();
  assertEquals([none.code, none.snapshot], [69, undefined]);
  assertEquals(JSON.parse(none.stderr).error.code, "status.unavailable");
  await daemon.start();
});

Deno.test("a daemon that hangs: its last word is stale", async () => {
  await using daemon = await startDaemon();
  const written = Deno.readTextFileSync(daemon.paths.statusJson);
  daemon.signal("SIGSTOP");
  const old = { ...JSON.parse(written), generated_at: "2020-01-01T00:00:00.000Z" };
  Deno.writeTextFileSync(daemon.paths.statusJson, JSON.stringify(old));
  const snapshot = JSON.parse(await daemon.impOk("--json", "status"));
  assertEquals([snapshot.source, snapshot.stale], ["file", true]);
  daemon.signal("SIGCONT");
});

Deno.test("the stream notices a daemon that hangs in the middle, and when it goes on", async () => {
  await using daemon = await startDaemon();
  await using stream = daemon.startImp("--json", "status", "stream");
  await stream.waitForStdout(/"source":"ipc"/);
  daemon.signal("SIGSTOP");
  await stream.waitForStdout(/"source":"file","stale":true/);
  daemon.signal("SIGCONT");
  await stream.waitForStdout(/"source":"file"[^]*"source":"ipc"/);
});

Deno.test("the stream goes on through the end of the daemon, and comes back to it", async () => {
  await using daemon = await startDaemon();
  await daemon.impOk(...HOLD);
  await using stream = daemon.startImp("--json", "status", "stream");
  const last = async (pattern: RegExp) => {
    const text = await stream.waitForStdout(pattern);
    return JSON.parse(text.slice(0, text.lastIndexOf("\n")).split("\n").at(-1)!);
  };
  const before = await last(/"source":"ipc".*\n/);
  await daemon.end("SIGKILL");
  await last(/"source":"file","stale":true.*\n/);
  await daemon.start();
  const again = await last(/"source":"file"[^]*\n.*"source":"ipc".*\n/);
  assert(again.daemon.pid !== before.daemon.pid);
  assertEquals(again.jobs[0].pid, before.jobs[0].pid, "the job never noticed");
  stream.kill("SIGINT");
  assertEquals((await stream.result()).code, 130);
});

Deno.test("F8 the stream of a daemon that tells as seldom as it may stays with its socket", async () => {
  await using daemon = await startDaemon({ status_interval: "2s" });
  await daemon.impOk(...HOLD);
  await using stream = daemon.startImp("--json", "status", "stream");
  await stream.waitForStdout(/(.*\n){4}/);
  assertEquals(stream.stdout.text.trim().split("\n").map((line) => JSON.parse(line).source), [
    ...Array(4).fill("ipc"),
  ]);
  assertEquals(stream.stderr.text, "");
});

Deno.test("F8 the stream never goes back in time, through the ends and returns of daemons", async () => {
  await using daemon = await startDaemon({ status_interval: "100ms" });
  await daemon.impOk(...HOLD);
  await using stream = daemon.startImp("--json", "status", "stream");
  const end = async (pattern: RegExp) => void await stream.waitForStdout(pattern);
  let sofar = "";
  for (const source of ["ipc", "file", "ipc", "file", "ipc"]) {
    sofar += `"source":"${source}"[^]*`;
    await end(new RegExp(sofar));
    // The file is written once a second at most: what it says is older than what the stream has shown.
    if (source === "ipc") {
      await daemon.impOk("restart", "web");
      await daemon.end("SIGKILL");
    } else await daemon.start();
  }
  const lines = stream.stdout.text.split("\n").slice(0, -1).map((line) => JSON.parse(line));
  const times = lines.map((line) => line.generated_at);
  assertEquals(times, times.toSorted());
  const counts = lines.map((line) => line.daemon.seq);
  assertEquals(counts, counts.toSorted((a, b) => a - b));
  await daemon.start();
});

Deno.test("the stream tells people when the daemon is away, and when it is back", async () => {
  await using daemon = await startDaemon();
  await using stream = daemon.startImp("status", "stream");
  await stream.waitForStdout(/daemon running \(ipc\): none/);
  await daemon.end("SIGKILL");
  await stream.waitForStderr("The daemon is not answering");
  await daemon.start();
  await stream.waitForStderr("The daemon is back");
  await daemon.impOk(...HOLD);
  await stream.waitForStdout(/daemon running \(ipc\): 1 running/);
});

Deno.test("the readers of a daemon that ends see what became of its jobs", async () => {
  await using daemon = await startDaemon();
  await daemon.impOk(...HOLD);
  const reader = await openReader(daemon);
  await reader.nextWhere((snapshot) => snapshot.jobs[0]?.status === "running");
  const ended = daemon.end("SIGTERM");
  const rest = (await reader.text()).trim().split("\n");
  await ended;
  assertEquals(JSON.parse(rest.at(-1)!).jobs[0].status, "stopped");
  const file = JSON.parse(Deno.readTextFileSync(daemon.paths.statusJson));
  assertEquals([file.source, file.jobs[0].status], ["file", "stopped"]);
  reader.close();
  await daemon.start();
});

async function openReader(daemon: TestDaemon): Promise<StatusConnection> {
  const { statusSocket } = daemon.paths;
  return new StatusConnection(await Deno.connect({ transport: "unix", path: statusSocket }));
}

/** A connection to a status socket, line by line. */
class StatusConnection {
  readonly #conn: Deno.UnixConn;
  readonly #decoder = new TextDecoder();
  #text = "";

  constructor(conn: Deno.UnixConn) {
    this.#conn = conn;
  }

  async next(): Promise<StatusSnapshot> {
    for (;;) {
      const end = this.#text.indexOf("\n");
      if (end >= 0) {
        const line = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 1);
        return JSON.parse(line);
      }
      if (!await this.#read()) throw new Error(`The status ended: ${this.#text}`);
    }
  }

  /** The first from now on that is so. */
  async nextWhere(isSo: (snapshot: StatusSnapshot) => boolean): Promise<StatusSnapshot> {
    const search = async () => {
      for (;;) {
        const snapshot = await this.next();
        if (isSo(snapshot)) return snapshot;
      }
    };
    return await withDeadline("a snapshot that is so", search());
  }

  /** All that comes until the end. */
  async text(): Promise<string> {
    while (await this.#read());
    return this.#text;
  }

  close(): void {
    this.#conn.close();
  }

  async #read(): Promise<boolean> {
    // As little as a line at a time, so that what is not read waits in the daemon.
    const buffer = new Uint8Array(2_048);
    const count = await this.#conn.read(buffer);
    if (count === null) return false;
    this.#text += this.#decoder.decode(buffer.subarray(0, count), { stream: true });
    return true;
  }
}

function modeOf(path: string): number {
  return Deno.statSync(path).mode! & 0o777;
}
