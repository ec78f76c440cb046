import { assertEquals, assertRejects } from "@std/assert";
import { createFakeContext, fakeJob } from "../../../tests/support/fake_context.ts";
import { settle } from "../../../tests/support/fake_clock.ts";
import { AppError } from "../../base/app_error.ts";
import type { JobView, RunView } from "../../protocol/job_view.ts";
import { watchSilence } from "./watch_silence.ts";

const STARTED = "2026-11-21T12:00:00.000Z";

function ended(run: number, duration_ms: number, outcome = "exited"): RunView {
  const files = { stdout_path: "", stderr_path: "" };
  const end = { pid: null, exit_code: 0, signal: null, reason: null, finished_at: STARTED };
  return { run_id: `V3x-${run}`, run, outcome, started_at: STARTED, duration_ms, ...end, ...files };
}

/** A job that has begun just now and says nothing; what is told of it. */
async function open(
  { runs, job: change, usualMs, ...how }: {
    runs: RunView[];
    job?: Partial<JobView>;
    usualMs?: number;
    endsIfStuck?: boolean;
  },
) {
  const job = fakeJob({ started_at: STARTED, run: 9, ...change });
  const ctx = createFakeContext({
    replies: {
      get_job: () => ({
        ...{ job, runs, env_names: [], average_duration_ms: null },
        ...usualMs !== undefined && { usual_duration_ms: usualMs },
      }),
    },
  });
  const over = new AbortController();
  const options = {
    client: await ctx.client(),
    jobs: ["api"],
    endsIfStuck: how.endsIfStuck ?? false,
    tellsUsual: true,
  };
  const watching = watchSilence(ctx, options, over.signal);
  watching.catch(() => {});
  return { ctx, watching, end: () => over.abort(new Error("over")) };
}

Deno.test("watchSilence() says how long a run usually takes where that is long, and when it is stuck, once", async () => {
  const { ctx, watching, end } = await open({
    runs: [ended(1, 10_000), ended(2, 20_000)],
    usualMs: 20_000,
  });
  await settle();
  assertEquals(ctx.err(), "imp: Job V3x (api) usually takes 20s\n");
  await ctx.clock.advance(19_000);
  assertEquals(ctx.err().split("\n").length, 2, "not yet");
  await ctx.clock.advance(300_000);
  assertEquals(
    ctx.err().split("\n").slice(1),
    [
      "imp: Job V3x (api) has said nothing for 20s, longer than any run of it took (20s): it may be stuck",
      "",
    ],
  );
  end();
  await assertRejects(() => watching, Error, "over");
});

Deno.test("watchSilence() ends with wait.stuck where that is asked for", async () => {
  const { ctx, watching } = await open({ runs: [ended(1, 100)], endsIfStuck: true });
  await ctx.clock.advance(6_000);
  const error = await assertRejects(() => watching, AppError);
  assertEquals(error.code, "wait.stuck");
  assertEquals(ctx.err(), "", "of one run nobody knows what is usual");
});

Deno.test("watchSilence() says nothing of what has never ended well, serves, or is short", async () => {
  for (
    const given of [
      { runs: [] },
      { runs: [ended(1, 100, "failed")] },
      { runs: [ended(1, 100)], job: { ready_check: "tcp:5432" } },
      { runs: [ended(1, 100)], job: { ports: [8080] } },
      { runs: [ended(1, 100)], job: { status: "backoff" as const } },
      { runs: [ended(1, 100), ended(2, 100)], usualMs: 100, job: { ports: [8080] } },
    ]
  ) {
    const { ctx, watching, end } = await open({ ...given, endsIfStuck: true });
    await ctx.clock.advance(200_000);
    assertEquals(ctx.err(), "");
    end();
    await assertRejects(() => watching, Error, "over");
  }
});
