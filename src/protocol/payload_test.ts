import { assert, assertEquals } from "@std/assert";
import { describeRefusal, sayWhatMustBe } from "./refusal.ts";
import { PAYLOADS } from "./payload.ts";
import type { RequestName } from "./request_traits.ts";

const JOB = { command: ["true"], workdir: "/", env: { A: "1" }, umask: 0o022 };
const EXEC = { command: ["true"], workdir: "/", env: {}, umask: 0 };

/** What the daemon says of it; undefined when it takes it. */
function refusalOf(name: RequestName, payload: unknown): string | undefined {
  const parsed = PAYLOADS[name].safeParse(payload, { error: sayWhatMustBe });
  return parsed.success ? undefined : describeRefusal(parsed.error);
}

/** Changes of a payload that is good, and how the refusal begins. */
type Wrong = readonly [Record<string, unknown>, string];

function expectRefused(name: RequestName, good: Record<string, unknown>, wrong: readonly Wrong[]) {
  assertEquals(refusalOf(name, good), undefined);
  for (const [change, start] of wrong) {
    const refusal = refusalOf(name, { ...good, ...change });
    assert(
      refusal !== undefined && refusal.startsWith(start),
      `${JSON.stringify(change).slice(0, 80)}: ${refusal}`,
    );
    assert(refusal.includes("must"), refusal);
    assert(refusal.length < 400, refusal);
  }
}

Deno.test("A2 PAYLOADS refuse a stop signal that is none, and take it in every spelling", () => {
  const wrong = ["FOO", "", "0", "65", "-9", "SIG", " TERM", "15.0", 15, null, ["TERM"]];
  expectRefused("add", JOB, wrong.map((stop_signal) => [{ stop_signal }, "stop_signal: must be"]));
  for (const stop_signal of ["TERM", "SIGTERM", "sigterm", "15", "RTMIN+3", "9"]) {
    assertEquals(refusalOf("add", { ...JOB, stop_signal }), undefined, stop_signal);
  }
  expectRefused("signal", { jobs: ["a"], signal: "1" }, [[{ signal: "FOO" }, "signal: must be"]]);
  expectRefused("stop", { jobs: ["a"] }, [[{ signal: "SIGFOO" }, "signal: must be"]]);
});

Deno.test("A3 PAYLOADS refuse what a job cannot have, by field and limit", () => {
  expectRefused("add", JOB, [
    ...[-5, 1e300, 1.5, 0o1000, "18", null].map((umask) => [{ umask }, "umask: must be"] as const),
    ...[-1, 1e300, 0.5, 3_153_600_000_001].map((stop_timeout_ms) =>
      [{ stop_timeout_ms }, "stop_timeout_ms: must be"] as const
    ),
    ...["relative", "", "/a\0b", `/${"x".repeat(4_095)}`, `/${"ü".repeat(2_100)}`, "/\ud800"].map((
      workdir,
    ) => [{ workdir }, "workdir: must be"] as const),
    [{ env: { "A=B": "1" } }, "env: each name must be"],
    [{ env: { "": "1" } }, "env: each name must be"],
    [{ env: { "A\0": "1" } }, "env: each name must be"],
    [{ env: { A: "1\0" } }, "env.A: must be"],
    [{ env: { A: 1 } }, "env.A: must be"],
    [{ env: ["A=1"] }, "env: must be"],
    [{ command: [] }, "command: must have"],
    [{ command: [""] }, "command: must begin"],
    [{ command: ["a", "\0"] }, "command[1]: must be"],
    [{ command: "true" }, "command: must be"],
    [{ description: "x".repeat(900_000) }, "description: must be"],
    [{ description: "\x1b[31m" }, "description: must be"],
    [{ name: "" }, "name: must be"],
    [{ name: "a b" }, "name: must be"],
    [{ name: "../x" }, "name: must be"],
    [{ name: "x".repeat(65) }, "name: must be"],
    [{ restart: { mode: "sometimes" } }, "restart.mode: must be one of"],
    ...[-3, 0, 1.5, 1e300, 1_000_000].map((max) =>
      [{ restart: { mode: "on-failure", max } }, "restart.max: must be"] as const
    ),
    [{ restart: { mode: "always", max: 3 } }, "restart.max: must be"],
    [{ restart: "always" }, "restart: must be"],
    [{ stdin: "yes" }, "stdin: must be"],
    ...[0, -1, 65_536, 1.5, "3000", "AUTO", "", null, ["auto"], {}].map((port) =>
      [{ ports: { http: port } }, "ports.http: must be"] as const
    ),
    ...["", "HTTP", "1a", "a-b", "a.b", "_a", "x".repeat(33), "a\0"].map((name) =>
      [{ ports: { [name]: 1 } }, "ports: each name must be"] as const
    ),
    [{ ports: { http: { prefer: 0 } } }, "ports.http.prefer: must be"],
    [{ ports: [3_000] }, "ports: must be"],
    [{ ports: 3_000 }, "ports: must be"],
    [
      { ports: Object.fromEntries(Array.from({ length: 65 }, (_, at) => [`p${at}`, "auto"])) },
      "ports: must be",
    ],
  ]);
});

Deno.test("A3 PAYLOADS refuse what the other requests cannot mean", () => {
  expectRefused("exec", EXEC, [
    [{ script: "true" }, "command: must be"],
    [{ command: undefined }, "command: must be"],
    [{ timeout_ms: -1 }, "timeout_ms: must be"],
    [{ handler: "x".repeat(300) }, "handler: must be"],
  ]);
  expectRefused("send", { job: "a", data_base64: "aGk=" }, [
    ...["aGk", "a===", "=aGk", "a-_=", "aGk=\n"].map((data_base64) =>
      [{ data_base64 }, "data_base64: must be"] as const
    ),
  ]);
  expectRefused("hold", { run_id: "V3x-1", stdout_offset: 0, stderr_offset: 2 ** 53 - 1 }, [
    [{ run_id: "../../x-1" }, "run_id: must be"],
    [{ stdout_offset: -1 }, "stdout_offset: must be"],
    [{ stderr_offset: 2 ** 53 }, "stderr_offset: must be"],
  ]);
  expectRefused("subscribe", {}, [
    [{ since: -1 }, "since: must be"],
    [{ since: 1.5 }, "since: must be"],
    [{ types: ["job_teleported"] }, "types[0]: must be one of"],
    [{ workdir: "here" }, "workdir: must be"],
    [{ jobs: ["x".repeat(257)] }, "jobs[0]: must be"],
  ]);
  expectRefused("wait", { jobs: ["a"], for: "ready" }, [
    [{ for: "ever" }, "for: must be one of"],
    [{ timeout_ms: 1e300 }, "timeout_ms: must be"],
    [{ jobs: undefined }, "jobs: must be"],
  ]);
  expectRefused("handover", { build: "b", version: "1" }, [
    [{ build: "b\n" }, "build: must be"],
    [{ version: 1 }, "version: must be"],
  ]);
  assertEquals(refusalOf("list", []), "payload: must be an object");
});

Deno.test("PAYLOADS that are about jobs want some named, or all, and not both", () => {
  for (const name of ["start", "stop", "restart", "remove"] as const) {
    for (const payload of [{ jobs: ["a"] }, { all: true }, { jobs: [], all: true }]) {
      assertEquals(refusalOf(name, payload), undefined, name);
    }
    for (const payload of [{}, { jobs: [] }, { jobs: ["a"], all: true }, { all: false }]) {
      assert(refusalOf(name, payload)?.startsWith("jobs: must name a job"), name);
    }
  }
});

Deno.test("a refusal repeats no value, and shortens what it calls by name", () => {
  const env = { [`${"N".repeat(500)} `]: 1 };
  const refusal = refusalOf("add", { ...JOB, env })!;
  assert(refusal.startsWith(`env["${"N".repeat(64)}"]: must be`), refusal);
  assert(!refusalOf("add", { ...JOB, env: { "TOKEN=s3cret": "" } })!.includes("s3cret"));
  assert(!refusalOf("add", { ...JOB, env: { TOKEN: "s3cret\0" } })!.includes("s3cret"));
});
