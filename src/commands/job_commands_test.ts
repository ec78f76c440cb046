import { assertEquals, assertRejects } from "@std/assert";
import {
  createFakeContext,
  type FakeContextOptions,
  fakeJob,
  type FakeReplies,
} from "../../tests/support/fake_context.ts";
import { sumUpRuns } from "../base/run_statistics.ts";
import { AppError } from "../base/app_error.ts";
import { findCommand } from "./frame/find_command.ts";
import { COMMANDS } from "./index.ts";
import { parseArgs } from "../../tests/support/parse_args.ts";

/** Runs a command in a fake world. */
async function run(words: readonly string[], options: FakeContextOptions = {}) {
  const { command } = await findCommand(COMMANDS, words[0]!)!.load();
  const ctx = createFakeContext(options);
  const stopAtOperand = command.operands === "commands";
  const args = parseArgs(words.slice(1), { flags: command.flags, stopAtOperand });
  const code = await command.run(ctx, args);
  return { code, out: ctx.out(), err: ctx.err(), requests: ctx.requests };
}

function failure(words: readonly string[]): Promise<AppError> {
  return assertRejects(() => run(words), AppError);
}

const UP = fakeJob();
const DOWN = fakeJob({ status: "stopped", signal: "SIGTERM", exit_code: 143, pid: null });

Deno.test("add sends the command as it is, with the caller's directory and environment", async () => {
  const { out, requests } = await run(
    ["add", "--name", "api", "--env", "B=2", "--restart", "on-failure:3", "--", "npm", "--x", "--"],
    {
      env: { A: "1" },
      replies: { add: () => ({ job: UP, run_id: "V3x-1", action: "created" }) },
    },
  );
  assertEquals(out, "Added job V3x (api) running: deno task api\n");
  assertEquals(requests[0]!.payload, {
    command: ["npm", "--x", "--"],
    workdir: "/box/project",
    env: { A: "1", B: "2" },
    given_env: { names: ["B"], files: [] },
    umask: 0o22,
    owner: { name: "ann", user: "ann" },
    surroundings: {},
    standing: {},
    name: "api",
    restart: { mode: "on-failure", max: 3 },
  });
});

Deno.test("add says what it found, only the id with -q, and the job with --json", async () => {
  const reply = { job: fakeJob({ name: null, run: 2 }), run_id: "V3x-2" };
  const texts = {
    created: "Added job V3x running: deno task api\n",
    started: "Started job V3x again (run 2): deno task api\n",
    joined: "Job V3x is already up (pid 4242): deno task api\n",
  };
  for (const [action, text] of Object.entries(texts) as ["created", string][]) {
    const replies = { add: () => ({ ...reply, action }) };
    assertEquals((await run(["add", "--", "x"], { replies })).out, text);
    assertEquals((await run(["add", "--", "x"], { replies, quiet: true })).out, "V3x\n");
    const { out } = await run(["add", "--", "x"], { replies, json: true });
    assertEquals(JSON.parse(out), { ...reply.job, action, run_id: "V3x-2" });
  }
});

Deno.test("add refuses what cannot be meant before it asks the daemon", async () => {
  assertEquals((await failure(["add"])).code, "usage.missing_command");
  assertEquals((await failure(["add", "--name", "-x", "--", "ls"])).code, "usage.missing_value");
  assertEquals((await failure(["add", "--name", "a b", "--", "ls"])).code, "job.invalid_name");
  assertEquals((await failure(["add", "--env", "secret", "--", "ls"])).code, "usage.bad_env");
  assertEquals((await failure(["add", "--restart", "x", "--", "ls"])).code, "usage.bad_policy");
  assertEquals((await failure(["add", "--stop-signal", "X", "--", "ls"])).code, "usage.bad_signal");
});

Deno.test("list shows a table, ids with -q, an object with --json, and what to type when it is empty", async () => {
  const replies = { list: () => ({ jobs: [UP], seq: 1, statistics: [] }) };
  const { out } = await run(["list"], { replies });
  assertEquals(
    out.split("\n")[1],
    "V3x  api   running  4242     1m         0  1.3%  10M  deno task api",
  );
  assertEquals((await run(["list"], { replies, quiet: true })).out, "V3x\n");
  const sums = { ...sumUpRuns([]), progress_percent: null };
  assertEquals(JSON.parse((await run(["list"], { replies, json: true })).out), {
    jobs: [{ ...UP, ...sums }],
  });
  const empty = await run(["list"], { replies: { list: () => ({ jobs: [], seq: 0 }) } });
  assertEquals(
    empty.out,
    "No jobs. Type: imp run -- COMMAND, or imp add --name NAME -- COMMAND\n",
  );
});

Deno.test("stop says what was down already, and fails when a process is left", async () => {
  const replies = {
    list: () => ({ jobs: [UP, fakeJob({ ...DOWN, id: "Kp2", name: null })], seq: 1 }),
    stop: () => ({ jobs: [DOWN, fakeJob({ ...DOWN, id: "Kp2", name: null })], survivors: [] }),
  };
  const stopped = await run(["stop", "api", "Kp2", "--timeout", "2s", "--signal", "int"], {
    replies,
  });
  assertEquals(
    stopped.out,
    "Stopped job V3x (api)\nJob Kp2 is already down (stopped (SIGTERM))\n",
  );
  assertEquals(stopped.requests[1]!.payload, {
    jobs: ["api", "Kp2"],
    signal: "SIGINT",
    timeout_ms: 2_000,
  });
  const all = await run(["stop", "--all"], { replies });
  assertEquals(all.out, "Stopped job V3x (api)\n", "of all jobs those that were down are no news");
  const survivors = [{ job_id: "V3x", pid: 9, command: "stubborn" }];
  const left = await run(["stop", "--all"], {
    replies: { ...replies, stop: () => ({ jobs: [DOWN], survivors }) },
  });
  assertEquals([left.code, left.err], [1, "imp: Process 9 of job V3x is still there: stubborn\n"]);
});

Deno.test("H start and restart of what has failed by the time of the answer say so, and fail", async () => {
  const ended = { pid: null, run: 3, finished_at: "2026-11-21T12:00:00.000Z" };
  const bad = fakeJob({ ...ended, status: "failed", exit_code: 3 });
  const back = fakeJob({ ...ended, status: "backoff", exit_code: 3 });
  const done = fakeJob({ ...ended, status: "exited", exit_code: 0 });
  for (const verb of ["start", "restart"]) {
    const reply = (job: typeof bad) => ({
      replies: {
        start: () => ({ jobs: [job], joined: [] }),
        restart: () => ({ jobs: [job] }),
      } as unknown as FakeReplies,
    });
    const code = await assertRejects(() => run([verb, "api"], reply(bad)), AppError);
    assertEquals(code.code, "job.not_started");
    assertEquals(code.message, "Job V3x (api) failed at once: exit code 3");
    const again = await assertRejects(() => run([verb, "api"], reply(back)), AppError);
    assertEquals(again.message.split("; ")[1], "it is started again soon");
    assertEquals((await run([verb, "api"], reply(done))).code, 0);
  }
});

Deno.test("commands about jobs need one, or --all, and not both", async () => {
  for (const verb of ["start", "stop", "restart", "remove"]) {
    assertEquals((await failure([verb])).code, "usage.missing_job", verb);
    assertEquals((await failure([verb, "--all", "api"])).code, "usage.conflict", verb);
  }
  assertEquals((await failure(["show", "a", "b"])).code, "usage.unexpected_word");
  assertEquals((await failure(["list", "a"])).code, "usage.unexpected_word");
});

Deno.test("signal takes its two arguments in either order, by name and by number", async () => {
  const replies = { signal: () => ({ jobs: [UP] }) };
  for (const words of [["HUP", "api"], ["api", "sighup"], ["1", "api"]]) {
    const { out, requests } = await run(["signal", ...words], { replies });
    assertEquals(out, "Sent SIGHUP to job V3x (api)\n");
    assertEquals(requests[0]!.payload, { signal: "SIGHUP", jobs: ["api"] });
  }
  assertEquals((await failure(["signal", "NOPE", "api"])).code, "usage.bad_signal");
  assertEquals((await failure(["signal", "HUP"])).code, "usage.missing_job");
});

Deno.test("show never shows the value of a variable", async () => {
  const replies = {
    get_job: () => ({
      job: UP,
      runs: [],
      env_names: ["PATH", "TOKEN"],
      average_duration_ms: 1_500,
    }),
  };
  const { out } = await run(["show", "api"], { replies });
  assertEquals(out.includes("environment  PATH TOKEN"), true);
  assertEquals(out.includes("runs take    1.5s"), true);
});

Deno.test("send writes words as a line, and ends a stdin only where the daemon can", async () => {
  const replies = { send: () => ({ bytes: 3 }) };
  const words = await run(["send", "api", "a", "b"], { replies });
  assertEquals(words.requests[0]!.payload, { job: "api", data_base64: btoa("a b\n") });
  const end = await assertRejects(() => run(["send", "api", "--eof"], { replies }), AppError);
  assertEquals(end.code, "version.too_old");
});
