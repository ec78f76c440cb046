import { assert, assertEquals, assertRejects } from "@std/assert";
import { AppError } from "../base/app_error.ts";
import { silentLogger } from "../../tests/support/silent_logger.ts";
import { FakeClock, settle } from "../../tests/support/fake_clock.ts";
import { holdDoor } from "../platform/guarded.ts";
import {
  Lifecycle,
  type Reload,
  type ShutdownRequest,
  type StopContext,
  type Undo,
} from "./lifecycle.ts";
import { FORCE_GRACE_MS } from "./undo_steps.ts";

interface Step {
  readonly start?: (signal: AbortSignal) => void | Promise<void>;
  readonly stop?: Undo;
  readonly reload?: Reload;
}

interface Story {
  readonly clock: FakeClock;
  readonly lifecycle: Lifecycle;
  readonly told: string[];
  /** Adds a step that writes down what is done with it. */
  step(name: string, more?: Step): void;
  /** Begins with the steps that were added. */
  init(): Promise<void>;
  /** The same, to the end. */
  run(): Promise<number>;
}

function createStory(shutdownTimeoutMs = 30_000): Story {
  const clock = new FakeClock();
  const told: string[] = [];
  const log = (level: string) => (message: string) => void told.push(`${level}: ${message}`);
  const logger = { ...silentLogger, warn: log("warn"), error: log("error") };
  const lifecycle = new Lifecycle({ clock, logger, shutdownTimeoutMs: () => shutdownTimeoutMs });
  const steps: (() => Promise<void>)[] = [];
  const step = (name: string, { start, stop, reload }: Step = {}) => {
    if (reload) lifecycle.onReload(reload);
    const open = start ?? (() => void told.push(`start ${name}`));
    const close = stop ?? (() => void told.push(`stop ${name}`));
    steps.push(() => lifecycle.acquire(name, open, (_, context) => close(context)));
  };
  const acquireAll = async () => {
    for (const acquire of steps) await acquire();
  };
  return {
    clock,
    lifecycle,
    told,
    step,
    init: () => lifecycle.init(acquireAll),
    run: () => lifecycle.run(acquireAll),
  };
}

const forever = () => new Promise<void>(() => {});

Deno.test("run() starts the steps in order and undoes them in reverse", async () => {
  const { lifecycle, told, step, run } = createStory();
  for (const name of ["a", "b", "c"]) step(name);
  const phases: string[] = [];
  lifecycle.observe(
    "test",
    (phase, request) => phases.push(request ? `${phase} ${request.reason}` : phase),
  );
  const code = run();
  await settle();
  assertEquals(lifecycle.phase, "ready");
  lifecycle.shutdown({ reason: "SIGTERM" });
  assertEquals(await code, 0);
  assertEquals(told, ["start a", "start b", "start c", "stop c", "stop b", "stop a"]);
  assertEquals(phases, ["starting", "ready", "stopping SIGTERM", "stopped SIGTERM"]);
});

Deno.test("run() undoes what was started when a start fails, and throws its error", async () => {
  const { clock, lifecycle, told, step, run } = createStory();
  let leaveWork: boolean | undefined;
  step("a", { stop: (context) => void (leaveWork = context.leaveWork) });
  step("b");
  step("c", { start: () => Promise.reject(new AppError("x.y", "Cannot c")) });
  step("d");
  await assertRejects(() => run(), AppError, "Cannot c");
  assertEquals(told, ["start a", "start b", "error: start failed", "stop b"]);
  assertEquals([leaveWork, lifecycle.phase, clock.pending], [true, "stopped", 0]);
});

Deno.test("shutdown() while starting goes no further and leaves nothing half set up", async () => {
  const { lifecycle, told, step, run } = createStory();
  const gate = Promise.withResolvers<void>();
  let seen: AbortSignal | undefined;
  step("a");
  step("b", {
    start: async (signal) => {
      seen = signal;
      await gate.promise;
      told.push("b is up");
    },
  });
  step("c");
  const code = run();
  await settle();
  lifecycle.shutdown({ reason: "SIGINT" });
  await settle();
  assert(seen?.aborted);
  assertEquals(told, ["start a"]);
  gate.resolve();
  assertEquals(await code, 0);
  assertEquals(told, ["start a", "b is up", "stop b", "stop a"]);
});

Deno.test("shutdown() before the start starts nothing", async () => {
  const { lifecycle, told, step, run } = createStory();
  step("a");
  assertEquals(await end(lifecycle, { reason: "SIGTERM" }), 0);
  assertEquals(await run(), 0);
  assertEquals(told, []);
});

Deno.test("shutdown() goes on by force when time is up, and says which step hung", async () => {
  const { clock, lifecycle, told, step, init } = createStory(2_000);
  let context: StopContext | undefined;
  step("a");
  step("jobs", {
    stop: (given) => {
      context = given;
      return forever();
    },
  });
  await init();
  const code = end(lifecycle, { reason: "SIGTERM" });
  await clock.advance(1_999);
  assertEquals(context?.signal.aborted, false);
  await clock.advance(1);
  assertEquals(context?.signal.aborted, true);
  assertEquals(told.at(-1), "warn: shutting down by force");
  await clock.advance(FORCE_GRACE_MS);
  assertEquals(await code, 1);
  assertEquals(told.slice(-2), ["error: a shutdown step failed", "stop a"]);
  assertEquals(clock.pending, 0);
});

Deno.test("shutdown() gives a step that heeds the force the time to finish", async () => {
  const { clock, lifecycle, told, step, init } = createStory(2_000);
  step("jobs", {
    stop: ({ signal }) =>
      new Promise((resolve) => {
        signal.addEventListener("abort", () => (told.push("killed"), resolve()));
      }),
  });
  await init();
  const code = end(lifecycle, { reason: "SIGTERM" });
  await clock.advance(2_000);
  assertEquals(await code, 1);
  assertEquals(told, ["start jobs", "warn: shutting down by force", "killed"]);
});

Deno.test("shutdown() asked again is by force, at once", async () => {
  const { clock, lifecycle, told, step, init } = createStory();
  step("jobs", { stop: ({ signal }) => abortOf(signal) });
  await init();
  lifecycle.shutdown({ reason: "SIGINT" });
  await settle();
  const code = end(lifecycle, { reason: "SIGINT" });
  lifecycle.shutdown({ reason: "SIGINT" });
  assertEquals(await code, 1);
  assertEquals(told, ["start jobs", "warn: shutting down by force"]);
  assertEquals(clock.monotonic(), 0);
});

function abortOf(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve()));
}

Deno.test("shutdown() undoes the other steps when one fails, and exits 1", async () => {
  const { lifecycle, told, step, init } = createStory();
  step("a");
  step("b", {
    stop: () => {
      throw new Error("no");
    },
  });
  step("c");
  await init();
  assertEquals(await end(lifecycle, { reason: "SIGTERM" }), 1);
  assertEquals(told.slice(3), ["stop c", "error: a shutdown step failed", "stop a"]);
});

Deno.test("shutdown() tells the steps whether to leave the work", async () => {
  for (const leaveWork of [true, false]) {
    const { lifecycle, step, init } = createStory();
    let seen: StopContext | undefined;
    step("jobs", { stop: (context) => void (seen = context) });
    await init();
    await end(lifecycle, { reason: "handover", leaveWork });
    assertEquals([seen?.leaveWork, seen?.reason], [leaveWork, "handover"]);
  }
});

Deno.test("reload() asks the steps in order and puts their answers together", async () => {
  const { lifecycle, step, init } = createStory();
  step("settings", { reload: () => ({ changed: ["log_level"] }) });
  step("nothing");
  step("limits", { reload: () => Promise.resolve({ changed: ["x"], needsRestart: ["x"] }) });
  await init();
  const phases: string[] = [];
  lifecycle.observe("test", (phase) => phases.push(phase));
  const report = await lifecycle.reload();
  assertEquals(report, { changed: ["log_level", "x"], needsRestart: ["x"] });
  assertEquals(phases, ["reloading", "ready"]);
});

Deno.test("reload() that fails says so to the caller and the log, and all goes on", async () => {
  const { lifecycle, told, step, init } = createStory();
  step("settings", { reload: () => Promise.reject(new AppError("settings.invalid", "Bad")) });
  step("after", { reload: () => void told.push("reloaded after") });
  await init();
  await assertRejects(() => lifecycle.reload(), AppError, "Bad");
  assertEquals(lifecycle.phase, "ready");
  assertEquals(told.at(-1), "error: reload failed, everything stays as it was");
});

Deno.test("reload() asked for while reloading happens once more, for all who asked", async () => {
  const { lifecycle, step, init } = createStory();
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let count = 0;
  step("settings", { reload: () => gates[count++]!.promise });
  await init();
  const first = lifecycle.reload();
  const later = [lifecycle.reload(), lifecycle.reload()];
  await settle();
  assertEquals(count, 1);
  for (const gate of gates) gate.resolve();
  await Promise.all([first, ...later]);
  assertEquals(count, 2);
});

Deno.test("reload() is refused before the start and after the end", async () => {
  const { lifecycle, init } = createStory();
  await assertRejects(() => lifecycle.reload(), AppError, "Cannot reload while created");
  await init();
  await end(lifecycle, { reason: "SIGTERM" });
  await assertRejects(() => lifecycle.reload(), AppError, "Cannot reload while stopped");
});

Deno.test("shutdown() during a reload does not wait for it", async () => {
  const { lifecycle, step, init } = createStory();
  step("settings", { reload: forever });
  await init();
  lifecycle.reload();
  await settle();
  assertEquals(await end(lifecycle, { reason: "SIGTERM" }), 0);
});

Deno.test("acquire() while running undoes the new step first", async () => {
  const { lifecycle, told, step, init } = createStory();
  step("a");
  await init();
  lifecycle.defer("late", () => void told.push("stop late"));
  assertEquals(await lifecycle.acquire("later", () => 7, (value) => void told.push(`${value}`)), 7);
  await end(lifecycle, { reason: "SIGTERM" });
  assertEquals(told, ["start a", "7", "stop late", "stop a"]);
});

Deno.test("acquire() opens nothing any more once the end was asked for", async () => {
  const { lifecycle, init } = createStory();
  await init();
  await end(lifecycle, { reason: "SIGTERM" });
  let opened = 0;
  const late = lifecycle.acquire("late", () => opened++);
  await assertRejects(() => late, AppError, "the daemon is shutting down");
  assertEquals(opened, 0);
});

Deno.test("observe() keeps an observer that throws from doing harm", async () => {
  const { lifecycle, init } = createStory();
  const reported: string[] = [];
  using _door = holdDoor((entry) => reported.push(entry));
  using _ = lifecycle.observe("observer", () => {
    throw new Error("no");
  });
  await init();
  assertEquals(lifecycle.phase, "ready");
  assertEquals(reported, ["observer", "observer"]);
});

function end(lifecycle: Lifecycle, request: ShutdownRequest): Promise<number> {
  lifecycle.shutdown(request);
  return lifecycle.finished;
}
