import { assertEquals, assertStringIncludes } from "@std/assert";
import { judge } from "./judge.ts";
import { ENDED, factsOf, jobOf, STARTED, toldRun } from "./testdata/why_samples.ts";
import { NOW } from "./testdata/why_samples.ts";
import type { WhyFacts } from "./why_facts.ts";

const kill = { exit_code: 137, signal: "SIGKILL" };
const by = { pid: 5, program: "bash" };

/** What is known, and the reason that follows. */
const TABLE: Readonly<Record<string, readonly [facts: Partial<WhyFacts>, reason: string]>> = {
  "a code": [{}, "exit.code"],
  "its own words on stdout": [
    { last: toldRun({}, { stdout: ["Error: listen EADDRINUSE: address already in use :::3000"] }) },
    "port.taken",
  ],
  "words that are no reason for a signal": [
    { last: toldRun(kill, { stderr: ["connect ECONNREFUSED 127.0.0.1:5432"] }) },
    "signal.outside",
  ],
  "the kernel's killer": [
    { last: toldRun({ ...kill, oom_kills: { cgroup: 1, machine: 1 } }) },
    "memory.oom",
  ],
  "the kernel's killer, elsewhere on the machine": [
    { last: toldRun({ ...kill, oom_kills: { cgroup: 0, machine: 1 } }) },
    "signal.outside",
  ],
  "the kernel's killer of a child": [
    { last: toldRun({ oom_kills: { cgroup: 1, machine: 1 } }) },
    "memory.oom",
  ],
  "a limit of imp": [
    { last: toldRun({ ...kill, cause: "memory.limit", reason: "over its memory limit" }) },
    "memory.limit",
  ],
  "a full heap that aborts": [
    {
      last: toldRun({ exit_code: 134, signal: "SIGABRT" }, {
        stderr: [
          "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
        ],
      }),
    },
    "memory.heap",
  ],
  "an abort": [{ last: toldRun({ exit_code: 134, signal: "SIGABRT" }) }, "crash.abort"],
  "no room for its output": [
    {
      last: toldRun({}, {
        drops: [{ run: 7, stream: "stdout", timeMs: NOW, bytes: 99, reason: "full" }],
      }),
    },
    "disk.full",
  ],
  "a command that is not there": [
    { last: toldRun({ exit_code: null, cause: "command.not_found", reason: "Command not found" }) },
    "command.not_found",
  ],
  "a directory that is not there": [
    {
      workdir: "missing",
      last: toldRun({ exit_code: null, cause: "job.spawn_failed", reason: "no directory" }),
    },
    "workdir.missing",
  ],
  "a directory that may not be entered": [
    {
      workdir: "unreadable",
      last: toldRun({ exit_code: null, cause: "job.spawn_failed", reason: "no directory" }),
    },
    "workdir.unreadable",
  ],
  "no more processes": [
    { last: toldRun({ exit_code: null, cause: "job.spawn_failed", reason: "no more processes" }) },
    "start.failed",
  ],
  "a declared port": [
    {
      last: toldRun({ exit_code: null, cause: "job.port_taken", reason: "Port 3000 is held by x" }),
    },
    "port.taken",
  ],
  "what an earlier run has left": [
    { last: toldRun({ exit_code: null, cause: "start.left_over", reason: "a survivor" }) },
    "start.left_over",
  ],
  "a lost shim": [
    { last: toldRun({ outcome: "lost", exit_code: null, cause: "lost.shim_killed" }) },
    "lost.shim_killed",
  ],
  "lost, as older releases tell it": [
    { last: toldRun({ outcome: "lost", exit_code: null, reason: "the machine was restarted" }) },
    "lost",
  ],
  "a stop": [
    {
      job: jobOf({ status: "stopped" }),
      last: toldRun({ outcome: "stopped", asked: { what: "stop", signal: null, by } }),
    },
    "stop.asked",
  ],
  "a stop that took a KILL": [
    {
      last: toldRun({
        outcome: "stopped",
        ...kill,
        asked: { what: "stop", signal: null, killed: true },
      }),
    },
    "stop.killed",
  ],
  "a stop, as older releases tell it": [{ last: toldRun({ outcome: "stopped" }) }, "stop.asked"],
  "a failing health check that restarts": [
    { last: toldRun({ outcome: "stopped", asked: { what: "unhealthy", signal: null } }) },
    "health.failed",
  ],
  "what a newer release asks": [
    { last: toldRun({ outcome: "stopped", asked: { what: "lease_over", signal: null } }) },
    "stop.asked",
  ],
  "a signal by imp": [
    { last: toldRun({ ...kill, asked: { what: "signal", signal: "SIGKILL", by } }) },
    "signal.asked",
  ],
  "a signal by imp, and another that ended it": [
    { last: toldRun({ ...kill, asked: { what: "signal", signal: "SIGHUP", by } }) },
    "signal.outside",
  ],
  "a crash loop": [{ last: toldRun({ gave_up_after: 5 }) }, "crash_loop"],
  "restarts that go on": [
    { job: jobOf({ status: "backoff", restarts: 4, next_start_at: ENDED }) },
    "crash_loop",
  ],
  "the first restart": [{ job: jobOf({ status: "backoff", restarts: 1 }) }, "exit.code"],
  "a good end that is started again": [
    {
      job: jobOf({ status: "backoff", restarts: 9, restart_policy: "always" }),
      last: toldRun({ outcome: "exited", exit_code: 0 }),
    },
    "restart.always",
  ],
  "a good end": [
    { job: jobOf({ status: "exited" }), last: toldRun({ outcome: "exited", exit_code: 0 }) },
    "exit.ok",
  ],
  "a program that went into the background": [
    {
      last: toldRun({ outcome: "exited", exit_code: 0 }),
      left: [{ pid: 9, command: "redis", run: 7, let_go: false }],
    },
    "exit.left_processes",
  ],
  "up and well": [
    { job: jobOf({ status: "running", ready: true, pid: 77 }), current: toldRun() },
    "ok.running",
  ],
  "not ready yet": [{ job: jobOf({ status: "running", pid: 77 }) }, "ready.pending"],
  "not ready in its time": [
    {
      job: jobOf({ status: "running", pid: 77, unready_reason: "not ready within 60s" }),
      current: toldRun(),
    },
    "ready.timed_out",
  ],
  "not healthy any more": [
    {
      job: jobOf({ status: "running", pid: 77, unready_reason: "not healthy" }),
      current: toldRun({ ready_at: STARTED }),
    },
    "health.failing",
  ],
  "without its shim": [
    { job: jobOf({ status: "running", pid: 77, problem: "unsupervised" }) },
    "run.unsupervised",
  ],
  "on its way up": [{ job: jobOf({ status: "starting", pid: 77 }) }, "start.under_way"],
  "on its way down": [{ job: jobOf({ status: "stopping", pid: 77 }) }, "stop.under_way"],
  "what cannot be ended": [
    { job: jobOf({ status: "stopping", pid: 77, reason: "sudo (9) of root" }) },
    "stop.survived",
  ],
  "waiting": [
    {
      job: jobOf({
        status: "stopped",
        waiting_for: [{ job: "db", for: "ready", problem: null }],
      }),
    },
    "dependency.waiting",
  ],
  "waiting for what has failed": [
    {
      job: jobOf({
        status: "stopped",
        waiting_for: [{ job: "db", for: "ready", problem: "failed (1)" }],
      }),
    },
    "dependency.failed",
  ],
  "never started": [{ job: jobOf({ status: "stopped", run: 0 }), last: undefined }, "start.never"],
  "never started, for a reason": [
    { job: jobOf({ run: 0, reason: "no room" }), last: undefined },
    "start.failed",
  ],
  "before the first time of its schedule": [
    {
      job: jobOf({ status: "stopped", schedule: "1h", next_run_at: "2026-11-21T03:00:00.000Z" }),
      last: undefined,
    },
    "schedule.waiting",
  ],
  "a start that was left out": [
    {
      job: jobOf({ status: "stopped", skipped_at: ENDED, skipped_reason: "nobody was there" }),
      last: undefined,
    },
    "schedule.skipped",
  ],
  "a damaged record": [{ job: jobOf({ problem: "bad_record", reason: "no" }) }, "record.bad"],
};

for (const [name, [change, reason]] of Object.entries(TABLE)) {
  Deno.test(`judge() says ${reason} of ${name}`, () => {
    const facts = factsOf(change);
    assertEquals(judge(facts).reason, reason, judge(facts).message);
  });
}

Deno.test("judge() names the job whose port does not answer, and who holds one that is taken", () => {
  const db = jobOf({
    id: "K2p",
    name: "db",
    ports_declared: [{ name: "pg", port: 5432, auto: false, listening: false, url: null }],
  });
  const refused = factsOf({
    jobs: [db],
    last: toldRun({}, { stderr: ["Error: connect ECONNREFUSED 127.0.0.1:5432"] }),
  });
  assertEquals(
    judge(refused).message,
    "nobody listened on port 5432, which is that of job K2p (db) (failed (1) now)",
  );
  const stderr = ["OSError: [Errno 98] Address already in use"];
  const holder = { port: 8000, pid: 9, command: "node x.js", user: "ann" };
  const taken = factsOf({
    job: jobOf({ command: ["python3", "-m", "http.server", "8000"] }),
    last: toldRun({}, { stderr }),
    holders: [{ ...holder, jobId: null, daemonId: null }],
  });
  const { message, hint } = judge(taken);
  assertEquals(message, "port 8000 is taken: pid 9 (node x.js) listens on it");
  assertEquals(hint, "kill 9");
  const own = { ...taken, holders: [{ ...holder, jobId: "V3x", daemonId: "shop-1a2b3c4d" }] };
  assertStringIncludes(judge(own).message, "which an earlier run has left");
  const other = { ...taken, holders: [{ ...holder, jobId: "A1b", daemonId: "blog-00000000" }] };
  assertEquals(judge(other).hint, "imp --daemon-id blog-00000000 stop A1b");
});

Deno.test("judge() tells besides what a start would fail for now, and that nobody is there to start it", () => {
  const facts = factsOf({
    job: jobOf({ command: ["./x.sh"], desired: "up" }),
    executable: "missing",
    isDaemonThere: false,
  });
  assertEquals(judge(facts).also.map(({ reason }) => reason), ["command.missing", "daemon.gone"]);
});

Deno.test("what nothing explains and did not happen before points to imp diff", () => {
  const changes = { since_run: 6, definition: [], env_added: [], env_removed: [], env_changed: [] };
  const hintOf = (facts: Partial<WhyFacts>) => judge(factsOf(facts)).hint;
  const last = toldRun({}, { stdout: ["TypeError: x"] });
  assertEquals(hintOf({ last, changes }), "imp diff api");
  assertEquals([hintOf({ last }), hintOf({ changes })], [undefined, undefined]);
  const known = toldRun({}, { stderr: ["Error: Cannot find module 'express'"] });
  assertEquals(hintOf({ last: known, changes })?.includes("diff"), false);
});
