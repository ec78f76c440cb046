import { assertEquals } from "@std/assert";
import { silentLogger } from "../../tests/support/silent_logger.ts";
import { FakeClock, settle } from "../../tests/support/fake_clock.ts";
import { Lifecycle, type StopContext } from "./lifecycle.ts";
import { followSignals, type PlannedSignal } from "./signal_plan.ts";

function createProcess() {
  const lifecycle = new Lifecycle({
    clock: new FakeClock(),
    logger: silentLogger,
    shutdownTimeoutMs: () => 1_000,
  });
  const told: string[] = [];
  let context: StopContext | undefined;
  lifecycle.onReload(() => void told.push("reloaded"));
  lifecycle.defer("work", (given) => {
    context = given;
    told.push("stopping");
    return new Promise((resolve) =>
      given.signal.addEventListener("abort", () => (told.push("forced"), resolve()))
    );
  });
  const callbacks = new Map<PlannedSignal, () => void>();
  const followed = followSignals({
    lifecycle,
    logger: silentLogger,
    reopenLog: () => void told.push("reopened"),
    onSignal: (name, callback) => {
      callbacks.set(name, callback);
      return { [Symbol.dispose]: () => void callbacks.delete(name) };
    },
  });
  return {
    lifecycle,
    told,
    followed,
    callbacks,
    leavesWork: () => context?.leaveWork,
    send: (name: PlannedSignal) => (callbacks.get(name)?.(), settle()),
  };
}

for (const name of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`followSignals() ends gracefully at ${name}, and by force at the second`, async () => {
    const daemon = createProcess();
    await daemon.lifecycle.init();
    await daemon.send(name);
    assertEquals(daemon.told, ["stopping"]);
    assertEquals(daemon.lifecycle.request?.reason, name);
    assertEquals(daemon.leavesWork(), false);
    await daemon.send(name);
    assertEquals(daemon.told, ["stopping", "forced"]);
    assertEquals(await daemon.lifecycle.finished, 1);
  });
}

Deno.test("followSignals() leaves the work at SIGQUIT", async () => {
  const daemon = createProcess();
  await daemon.lifecycle.init();
  await daemon.send("SIGQUIT");
  assertEquals(daemon.leavesWork(), true);
});

Deno.test("followSignals() reloads at SIGHUP, however often, and reopens the log at SIGUSR1", async () => {
  const daemon = createProcess();
  await daemon.send("SIGHUP");
  await daemon.lifecycle.init();
  await daemon.send("SIGHUP");
  await daemon.send("SIGUSR1");
  await daemon.send("SIGUSR2");
  await daemon.send("SIGHUP");
  assertEquals(daemon.told, ["reloaded", "reopened", "reloaded"]);
  assertEquals(daemon.lifecycle.phase, "ready");
});

Deno.test("followSignals() lets go of every signal when disposed of", () => {
  const daemon = createProcess();
  daemon.followed[Symbol.dispose]();
  assertEquals(daemon.callbacks.size, 0);
});
