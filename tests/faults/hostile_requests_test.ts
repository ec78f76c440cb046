/** Requests with values that nobody means, in every field of every request: refused by the field's name, or done right. */
import { assert, assertEquals } from "@std/assert";
import { PAYLOADS } from "../../src/protocol/payload.ts";
import type { RequestName } from "../../src/protocol/request_traits.ts";
import type { Message, Peer } from "../support/fake_peer.ts";
import { createRandom } from "../support/random.ts";
import { startDaemon, type TestDaemon } from "../support/test_daemon.ts";

/** More by hand: `IMP_HOSTILE_REQUESTS=100000 deno test -A tests/faults/hostile_requests_test.ts`. */
const COUNT = Number(Deno.env.get("IMP_HOSTILE_REQUESTS") ?? 3_000);
const SEED = Number(Deno.env.get("IMP_HOSTILE_SEED") ?? 4);
/** Then what was made is removed, and a new connection begins. */
const A_TURN = 200;

type Payload = Record<string, unknown>;

const PLACE = { command: ["true"], workdir: "/", env: { PATH: "/usr/bin:/bin" }, umask: 0o022 };

const PORTS = { http: "auto", pg: 25_432 };
const PROJECT = {
  ...{ file: "/imp.yaml", digest: "d", env: PLACE.env, umask: PLACE.umask },
  jobs: [
    { name: "one", command: ["true"], workdir: "/", restart_digests: {}, live_digests: {} },
  ],
};

/** A payload of each request that makes sense; what ends the daemon has none that may be sent. */
const SENSE: Readonly<Record<RequestName, (job: string) => Payload>> = {
  ping: () => ({}),
  add: () => ({ ...PLACE, restart: { mode: "on-failure", max: 2 }, stop_signal: "TERM" }),
  run: () => ({ ...PLACE, description: "what for", stop_timeout_ms: 100, tty: true, ports: PORTS }),
  list: () => ({}),
  get_job: (job) => ({ job }),
  get_definition: (job) => ({ job }),
  start: (job) => ({ jobs: [job] }),
  stop: (job) => ({ jobs: [job], signal: "TERM", timeout_ms: 100 }),
  restart: (job) => ({ jobs: [job] }),
  remove: () => ({ jobs: ["nobody"], force: true }),
  apply: () => ({ ...PROJECT, up: ["one"] }),
  cleanup: () => ({}),
  nuke: () => ({}),
  signal: (job) => ({ jobs: [job], signal: "USR1" }),
  wait: (job) => ({ jobs: [job], for: "exited", timeout_ms: 100 }),
  subscribe: (job) => ({ since: 0, jobs: [job], types: ["job_added"], workdir: "/" }),
  exec: () => ({ ...PLACE, timeout_ms: 5_000, handler: "process" }),
  send: (job) => ({ job, data_base64: "aGk=" }),
  resize: (job) => ({ job, terminal_size: { columns: 80, rows: 24 } }),
  hold: (job) => ({ run_id: `${job}-1`, stdout_offset: 0, stderr_offset: 0 }),
  reload: () => ({}),
  settings: () => ({}),
  status: () => ({}),
  set: (job) => ({ jobs: [job], ports: PORTS, unset_ports: ["pg"] }),
  keep: (job) => ({ jobs: [job], lease: { duration_ms: 1_000_000 } }),
  rename: (job) => ({ job, name: "renamed" }),
  handover: () => ({ build: "b", version: "1" }),
  shutdown: () => ({ keep_jobs: true }),
};

const ENDS: ReadonlySet<string> = new Set(["nuke", "handover", "shutdown"]);

/** What no field should be believed to be. */
const HOSTILE: readonly unknown[] = [
  ...[null, true, false, [], {}, [[]], [null], [{}], { a: {} }, ["\0"], [""]],
  ...[-1, -5, 0, -0, 0.5, 1e300, -1e300, 2 ** 31, 2 ** 53, 2 ** 53 - 1, 0o1000, 65_536],
  ...["", " ", "\0", "a\0b", "\ud800", "\x1b[31m", "\n", "..", "../../etc", "relative", "/", "//"],
  ...["FOO", "SIG", "0", "65", "-9", "TERM", "sigkill", "RTMIN+99", "15"],
  ...["=", "====", "a", "on-failure:3", "__proto__", "constructor", "toString", "💥".repeat(200)],
  ...["x".repeat(300), "x".repeat(5_000), "x".repeat(200_000), `/${"x".repeat(5_000)}`],
  ...[{ "": "1" }, { "A=B": "1" }, { "A\0": "1" }, { A: "\0" }, { A: 1 }, { toString: "x" }],
  ...[{ mode: "sometimes" }, { mode: "always", max: 1 }, { mode: "on-failure", max: -3 }],
  ...[{ mode: "on-failure", max: 1e300 }, { mode: "on-failure", max: 0 }, { max: 1 }],
  ...[["true", 1], ["", "x"], ["true", "\ud800"], Array(2_000).fill("x"), Array(2_000).fill(null)],
];

Deno.test({
  name: `A2 A3 ${COUNT} requests with values out of range are refused by name, or done right`,
  ignore: Deno.build.os !== "linux",
  async fn() {
    const many = 1_000_000;
    await using daemon = await startDaemon({
      requests_per_second: many,
      request_burst: many,
      handshake_timeout: "60s",
    });
    const { pid } = daemon;
    const random = createRandom(SEED);
    const tally = new Map<string, number>();
    for (let done = 0; done < COUNT; done += A_TURN) {
      const count = Math.min(A_TURN, COUNT - done);
      await beHostile(daemon, { random, count, tally }).catch((cause) => {
        throw new Error(`Seed ${SEED}, after ${done}: ${daemon.log.slice(-5_000)}`, { cause });
      });
    }
    assertEquals(JSON.parse(await daemon.impOk("ping", "--json")).pid, pid, "the same daemon");
    for (const code of ["protocol.bad_payload", "ok"]) {
      assert((tally.get(code) ?? 0) > COUNT / 50, `${code}: ${JSON.stringify([...tally])}`);
    }
    await expectToOpen(daemon);
  },
});

interface Turn {
  readonly random: () => number;
  readonly count: number;
  readonly tally: Map<string, number>;
}

/** Some hostile requests; afterwards only what cannot be told from a job that was meant is there, and is removed. */
async function beHostile(daemon: TestDaemon, { random, count, tally }: Turn): Promise<void> {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  let peer = await daemon.greet();
  const job = (await ask(peer, "add", { ...PLACE, command: ["sh", "-c", ":"] })).data.job.id;
  await ask(peer, "wait", { jobs: [job], for: "exited" });
  for (let index = 0; index < count; index++) {
    const name = pick(Object.keys(PAYLOADS) as RequestName[]);
    const { payload, field } = spoil(name, SENSE[name](job), pick);
    const fits = PAYLOADS[name].safeParse(payload ?? {}).success;
    if (ENDS.has(name) && fits) continue;
    const { ok, error } = await ask(peer, name, payload);
    // An exec ends its connection, and what follows stays on it.
    if (ok && (name === "exec" || name === "subscribe")) {
      peer.close();
      peer = await daemon.greet();
    }
    const told = `${name} ${JSON.stringify(payload).slice(0, 300)}: ${JSON.stringify(error)}`;
    tally.set(ok ? "ok" : error.code, (tally.get(ok ? "ok" : error.code) ?? 0) + 1);
    assertEquals(ok || error.code !== "protocol.bad_payload", fits, told);
    if (ok) continue;
    assert(error.code !== "internal.bug" && error.message.length < 1_000, told);
    if (!fits) assert(error.message.includes(`"${name}": `), told);
    if (!fits && field !== undefined) assert(isNamed(error.message, field), told);
  }
  peer.close();
  const last = await daemon.greet();
  assertEquals((await ask(last, "remove", { all: true, force: true })).ok, true);
  last.close();
}

/** Replaces a field, or now and then the payload; `field` is the only one that is wrong, if it is. */
function spoil(
  name: RequestName,
  payload: Payload,
  pick: <T>(list: readonly T[]) => T,
): { payload: unknown; field: string | undefined } {
  const fields = Object.keys(PAYLOADS[name].def.shape);
  if (fields.length === 0 || pick([...Array(20).keys()]) === 0) {
    return { payload: pick(HOSTILE), field: undefined };
  }
  const field = pick(fields);
  return { payload: { ...payload, [field]: pick(HOSTILE) }, field };
}

/** By itself, or by the field that it does not go with. */
function isNamed(message: string, field: string): boolean {
  return message.includes(`: ${field}`) || /: (jobs|command|max|payload)\b/.test(message);
}

/** What was stored can be read by the next daemon, and by who reads without one. */
async function expectToOpen(daemon: TestDaemon): Promise<void> {
  const peer = await daemon.greet();
  const kept = (await ask(peer, "add", { ...PLACE, stop_signal: "usr1", name: "kept" })).data.job;
  peer.close();
  await daemon.end("SIGKILL");
  await daemon.start();
  const [job] = JSON.parse(await daemon.impOk("ls", "--json")).jobs;
  assertEquals([job.id, job.name, job.stop_signal], [kept.id, "kept", "SIGUSR1"]);
  await daemon.impOk("doctor");
}

async function ask(peer: Peer, type: string, payload: unknown): Promise<Message> {
  await peer.send({ id: 7, type, payload });
  for (;;) {
    const message = await peer.next();
    if (message.type === "error") throw new Error(`${type}: ${JSON.stringify(message.error)}`);
    if (message.id === 7 && "ok" in message) return message;
  }
}
