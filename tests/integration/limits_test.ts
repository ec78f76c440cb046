/** Clients that ask for too much, or in the wrong way: told so and cut off, and nobody else notices. */
import { assert, assertEquals } from "@std/assert";
import { encodeControl, encodeFrame, FrameKind } from "../../src/protocol/frame.ts";
import { ask } from "../support/ask_peer.ts";
import { eventually } from "../support/eventually.ts";
import { toHello } from "../support/fake_daemon.ts";
import type { Message, Peer } from "../support/fake_peer.ts";
import { hasTools } from "../support/process_facts.ts";
import { startDaemon, type TestDaemon } from "../support/test_daemon.ts";

Deno.test("10,000 requests in a burst: what is over the rate is refused, and others are served meanwhile", async () => {
  await using daemon = await startDaemon();
  const flooding = await daemon.greet();
  const other = await daemon.greet();
  const flood = new Uint8Array(
    Array.from({ length: 10_000 }, (_, id) => [...encodeControl(request(id, "ping"))]).flat(),
  );
  const begunMs = performance.now();
  const sending = flooding.sendBytes(flood);
  assertEquals((await ask(other, "ping")).ok, true);
  const codes = new Map<string, number>();
  const ids = new Set<number>();
  for (let count = 0; count < 10_000; count++) {
    const reply = await flooding.next();
    ids.add(reply.id);
    const code = reply.ok ? "ok" : reply.error.code;
    codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  const seconds = (performance.now() - begunMs) / 1_000;
  await sending;
  assertEquals(ids.size, 10_000, "each is answered once");
  assertEquals([...codes.keys()].sort(), ["limit.requests", "ok"]);
  // The burst, and what came in while all of it was answered.
  const served = codes.get("ok")!;
  assert(served >= 400 && served <= 401 + 200 * seconds, `${served} in ${seconds} s`);
  const { counters } = (await ask(other, "status")).data.daemon;
  assertEquals(counters.rejected_requests, codes.get("limit.requests"));
  flooding.close();
  other.close();
});

Deno.test("F32 a million requests from one who never reads the replies: cut off, with memory for none of it", async () => {
  await using daemon = await startDaemon({
    requests_per_second: 1_000_000,
    request_burst: 1_000_000,
    max_frame_bytes: "64KiB",
    queue_bytes: "64KiB",
  });
  const deaf = await daemon.greet();
  const other = await daemon.greet();
  const batch = new Uint8Array(
    Array.from({ length: 1_000 }, (_, id) => [...encodeControl(request(id, "ping"))]).flat(),
  );
  let batches = 0;
  try {
    for (; batches < 1_000; batches++) await deaf.sendBytes(batch);
  } catch {
    // This is what we are waiting for.
  }
  assert(batches < 1_000, "it was never cut off");
  assertEquals((await ask(other, "ping")).ok, true);
  // Its words come through a pipe.
  await eventually("it is told", () => daemon.log.includes("does not read its replies"));
  deaf.close();
  other.close();
});

Deno.test("F27 who says nothing, or begins a frame and never ends it, is told so and cut off", async () => {
  const expectCutOff = async (peer: Peer, words: string) => {
    const { type, error } = await peer.next();
    assertEquals([type, error.code], ["error", "limit.deadline"]);
    assert(error.message.includes(words), error.message);
    await peer.gone();
    peer.close();
  };
  {
    await using daemon = await startDaemon({ handshake_timeout: "200ms" });
    const silent = await daemon.dial();
    assertEquals((await silent.next()).type, "hello");
    await expectCutOff(silent, "no hello");
    // Nor might who cleans up behind us.
    await daemon.end("SIGTERM");
  }
  // On a busy machine we might not say hello in so little time, where that is to be said.
  await using daemon = await startDaemon({ handshake_timeout: "60s", frame_timeout: "300ms" });
  const slow = await daemon.greet();
  const ping = encodeControl(request(7, "ping"));
  await slow.sendBytes(ping);
  assertEquals((await slow.next()).id, 7);
  await slow.sendBytes(ping.slice(0, 6));
  await expectCutOff(slow, "not ended in time");
});

Deno.test("F26 F28 frames that are too large or make no sense: an error, then the end, for nobody else", async () => {
  await using daemon = await startDaemon();
  const good = await daemon.greet();
  const control = (text: string) => encodeFrame(FrameKind.control, new TextEncoder().encode(text));
  const cases: [string, string, Uint8Array, boolean][] = [
    ["length of 4 GiB", "protocol.frame_too_large", Uint8Array.of(255, 255, 255, 255), true],
    ["over 64 KiB before hello", "protocol.frame_too_large", Uint8Array.of(0, 1, 0, 1), false],
    ["over 1 MiB", "protocol.frame_too_large", Uint8Array.of(0, 16, 0, 1), true],
    ["length 0", "protocol.malformed", Uint8Array.of(0, 0, 0, 0), true],
    ["kind 9", "protocol.malformed", Uint8Array.of(0, 0, 0, 1, 9), true],
    ["an HTTP request", "protocol.frame_too_large", bytes("GET / HTTP/1.1\r\n\r\n"), false],
    ["a TLS hello", "protocol.frame_too_large", Uint8Array.of(22, 3, 1, 2, 0, 1, 0, 1), false],
    ["no JSON", "protocol.malformed", control("{"), true],
    ["no UTF-8", "protocol.malformed", encodeFrame(1, Uint8Array.of(34, 0xc3, 34)), true],
    ["no object", "protocol.malformed", control("[]"), true],
    ["no hello", "protocol.malformed", encodeControl(request(1, "ping")), false],
    ["another daemon's hello", "protocol.wrong_daemon", encodeControl(toHello("e")), false],
    ["a second hello", "protocol.malformed", encodeControl(toHello("d")), true],
    ["output", "protocol.unexpected_frame", encodeFrame(FrameKind.stdout, bytes("x")), true],
    ["an endless number", "protocol.malformed", control('{"id":1e999,"type":"ping"}'), true],
    ["depth", "protocol.malformed", control("[".repeat(30_000)), false],
  ];
  for (const [name, code, sent, isGreeted] of cases) {
    const peer = isGreeted ? await daemon.greet() : await daemon.dial();
    if (!isGreeted) await peer.expect("hello");
    await peer.sendBytes(sent);
    const { type, error } = await peer.next();
    assertEquals([type, error?.code], ["error", code], name);
    await peer.gone();
    peer.close();
  }
  assertEquals((await ask(good, "ping")).ok, true);
  good.close();
});

Deno.test("F29 a request that is unknown or malformed is answered, and the connection goes on", async () => {
  await using daemon = await startDaemon();
  const peer = await daemon.greet();
  const codeOf = async (type: string, payload: unknown) =>
    (await ask(peer, type, payload)).error.code;
  assertEquals(await codeOf("fly", {}), "protocol.unknown_request");
  assertEquals(await codeOf("toString", {}), "protocol.unknown_request");
  assertEquals(await codeOf("__proto__", {}), "protocol.unknown_request");
  assertEquals(await codeOf("stop", { jobs: 1 }), "protocol.bad_payload");
  assertEquals(await codeOf("stop", null), "protocol.bad_payload");
  assertEquals(
    await codeOf("add", JSON.parse('{"__proto__":{"command":["true"]}}')),
    "protocol.bad_payload",
  );
  const deep = JSON.parse(`${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}`);
  assertEquals((await ask(peer, "ping", { more: deep })).ok, true, "what is not known is ignored");
  peer.close();
});

Deno.test("F27 a frame in single bytes, split anywhere, or two in one write: all the same", async () => {
  await using daemon = await startDaemon({ requests_per_second: 100_000, request_burst: 100_000 });
  const peer = await daemon.greet();
  const ping = encodeControl(request(1, "ping"));
  for (const byte of ping) await peer.sendBytes(Uint8Array.of(byte));
  assertEquals((await peer.next()).id, 1);
  for (let at = 1; at < ping.length; at++) {
    await peer.sendBytes(ping.slice(0, at));
    await peer.sendBytes(
      new Uint8Array([...ping.slice(at), ...encodeControl(request(at, "ping"))]),
    );
    assertEquals([(await peer.next()).id, (await peer.next()).id], [1, at]);
  }
  peer.close();
});

Deno.test("F34 who has sent all and only listens gets the answers, also those that take their time", async () => {
  await using daemon = await startDaemon();
  const other = await daemon.greet();
  const { job } = (await ask(other, "add", jobSpec(daemon, "read line < gate; exit 3"))).data;
  const quick = await daemon.greet();
  await quick.send(request(1, "ping"), request(2, "list"));
  await quick.closeWrite();
  assertEquals([(await quick.next()).id, (await quick.next()).id], [1, 2]);
  await quick.gone();
  const patient = await daemon.greet();
  await patient.send(request(5, "wait", { jobs: [job.id], for: "exited" }));
  await patient.closeWrite();
  await patient.expect("ping");
  await daemon.box.shell("echo > gate");
  const { id, data } = await patient.next();
  assertEquals([id, data.jobs[0].exit_code], [5, 3]);
  await patient.gone();
  for (const peer of [quick, patient, other]) peer.close();
});

Deno.test("F33 who dies while waiting is forgotten", async () => {
  await using daemon = await startDaemon();
  const other = await daemon.greet();
  const { job } = (await ask(other, "add", jobSpec(daemon, "read line < gate"))).data;
  const dying = await daemon.greet();
  await dying.send(request(5, "wait", { jobs: [job.id], for: "exited" }));
  const countClients = async () => (await ask(other, "status")).data.daemon.clients;
  await eventually("it is counted", async () => await countClients() === 2);
  dying.close();
  await eventually(
    "it is forgotten",
    async () => await countClients() === 1,
  );
  await daemon.box.shell("echo > gate");
  other.close();
});

Deno.test("F33 what was asked for is done once or not at all, also when nobody waits for the answer", async () => {
  await using daemon = await startDaemon();
  const other = await daemon.greet();
  const names = Array.from({ length: 10 }, (_, index) => `job${index}`);
  for (const [index, name] of names.entries()) {
    const frame = encodeControl(request(1, "add", { ...jobSpec(daemon, "exec sleep 1000"), name }));
    const dying = await daemon.greet();
    // Every other one dies before its last byte.
    await dying.sendBytes(index % 2 === 0 ? frame : frame.slice(0, -1));
    dying.close();
  }
  await eventually(
    "whole requests were heard, and all of their senders are forgotten",
    async () => {
      const { clients } = (await ask(other, "status")).data.daemon;
      return clients === 1 && (await ask(other, "list")).data.jobs.length === 5;
    },
  );
  const { jobs } = (await ask(other, "list")).data;
  assertEquals(
    jobs.map((job: { name: string; run: number }) => `${job.name} ${job.run}`).sort(),
    names.filter((_, index) => index % 2 === 0).map((name) => `${name} 1`),
  );
  other.close();
});

Deno.test("F36 F37 out of descriptors: the daemon waits for some, and is not deaf afterwards", async () => {
  if (!hasTools("prlimit")) return console.warn("NOT RUN: F36 F37 need prlimit");
  await using daemon = await startDaemon();
  const before = await daemon.greet();
  const limit = Deno.readDirSync(`/proc/${daemon.pid}/fd`).toArray().length + 5;
  await daemon.box.run(["prlimit", `--pid=${daemon.pid}`, `--nofile=${limit}:`]);
  const crowd = await Promise.all(Array.from({ length: 40 }, () => daemon.dial()));
  const crowdSpeaks = crowd.map((peer) => peer.next().catch(() => undefined));
  await eventually("there was none", () => /accept failed|was not served/.test(daemon.log));
  assertEquals((await ask(before, "ping")).ok, true, "who is in is served");
  for (const peer of crowd) peer.close();
  await Promise.all(crowdSpeaks);
  await eventually("it listens again", async () => {
    const peer = await daemon.dial();
    const first = await peer.next().catch(() => undefined);
    peer.close();
    return first?.type === "hello";
  });
  before.close();
});

Deno.test("F38 another user is refused, even one who reaches the sockets", async () => {
  if (Deno.uid() !== 0 || !hasTools("setpriv", "perl")) {
    return console.warn("NOT RUN: F38 needs root, setpriv and perl, to be another user");
  }
  await using daemon = await startDaemon();
  const { runtimeDir, socket, statusSocket } = daemon.paths;
  const stranger = (script: string, path: string) =>
    daemon.box.run([
      ...["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"],
      ...["perl", "-MIO::Socket::UNIX", "-e", script, path],
    ], { cwd: "/" });
  const read = "$s = IO::Socket::UNIX->new(Peer => shift) or die qq(no way in\n); " +
    "local $/; print <$s>; exit 0";
  for (const path of [socket, statusSocket]) {
    const { code, stderr } = await stranger(read, path);
    assertEquals([code === 0, stderr], [false, "no way in\n"], "the directories keep it out");
  }
  const { root } = daemon.box;
  const closed = [`${root}/run`, `${root}/run/imp`, runtimeDir];
  using _closing = {
    [Symbol.dispose]: () => closed.forEach((path) => Deno.chmodSync(path, 0o700)),
  };
  for (const path of [root, ...closed]) Deno.chmodSync(path, 0o755);
  for (const path of [socket, statusSocket]) Deno.chmodSync(path, 0o666);
  const spoken = await stranger(read, socket);
  assertEquals([spoken.code, spoken.stdout.includes("permission.wrong_user")], [0, true]);
  assertEquals(spoken.stdout.includes('"hello"'), false);
  const seen = await stranger(read, statusSocket);
  assertEquals([seen.code, seen.stdout], [0, ""], "the status says nothing to strangers");
  const peer = await daemon.greet();
  const { counters } = (await ask(peer, "status")).data.daemon;
  assertEquals(counters.rejected_connections, 2);
  peer.close();
});

function jobSpec(daemon: TestDaemon, script: string) {
  const { project, env } = daemon.box;
  return {
    command: ["sh", "-c", `[ -p gate ] || mkfifo gate; ${script}`],
    workdir: project,
    env,
    umask: 0o022,
  };
}

function request(id: number, type: string, payload: unknown = {}): Message {
  return { id, type, payload };
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
