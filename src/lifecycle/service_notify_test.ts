import { assertEquals } from "@std/assert";
import { AppError } from "../base/app_error.ts";
import { silentLogger } from "../../tests/support/silent_logger.ts";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { Lifecycle } from "./lifecycle.ts";
import { ServiceNotify } from "./service_notify.ts";

function createNotify(env: Record<string, string>, send?: () => never) {
  const clock = new FakeClock();
  const sent: string[] = [];
  const lifecycle = new Lifecycle({ clock, logger: silentLogger, shutdownTimeoutMs: () => 1_000 });
  const notify = new ServiceNotify({
    clock,
    env: (name) => env[name],
    pid: 42,
    send: send ?? ((text, name) => void sent.push(name === "/run/notify" ? text : name)),
    monotonicUsec: () => 123_456n,
  });
  return { clock, sent, lifecycle, notify };
}

const SOCKET = { NOTIFY_SOCKET: "/run/notify" };

Deno.test("ServiceNotify tells the phases as the manager expects them", async () => {
  const { sent, lifecycle, notify } = createNotify(SOCKET);
  notify.follow(lifecycle);
  await lifecycle.init();
  notify.status("3 jobs\nup");
  await lifecycle.reload();
  lifecycle.shutdown({ reason: "SIGTERM" });
  await lifecycle.finished;
  assertEquals(sent, [
    "READY=1",
    "STATUS=3 jobs up",
    "RELOADING=1\nMONOTONIC_USEC=123456",
    "READY=1",
    "STOPPING=1\nEXTEND_TIMEOUT_USEC=6000000\nSTATUS=Stopping: SIGTERM",
  ]);
});

Deno.test("ServiceNotify is ready again after a reload that failed", async () => {
  const { sent, lifecycle, notify } = createNotify(SOCKET);
  notify.follow(lifecycle);
  lifecycle.onReload(() => Promise.reject(new AppError("settings.invalid", "Bad")));
  await lifecycle.init();
  await lifecycle.reload().catch(() => {});
  assertEquals(sent.slice(-2), ["RELOADING=1\nMONOTONIC_USEC=123456", "READY=1"]);
});

Deno.test("ServiceNotify says nothing without a socket, and survives one that is gone", async () => {
  const silent = createNotify({ WATCHDOG_USEC: "2000000" });
  silent.notify.follow(silent.lifecycle);
  await silent.lifecycle.init();
  assertEquals([silent.sent, silent.clock.pending, silent.notify.isWatched], [[], 0, false]);
  const gone = createNotify(SOCKET, () => {
    throw new Error("connection refused");
  });
  gone.notify.follow(gone.lifecycle);
  await gone.lifecycle.init();
  assertEquals(gone.lifecycle.phase, "ready");
});

Deno.test("ServiceNotify feeds the watchdog every half of its time, until the end", async () => {
  const env = { ...SOCKET, WATCHDOG_USEC: "2000000", WATCHDOG_PID: "42" };
  const { clock, sent, lifecycle, notify } = createNotify(env);
  notify.follow(lifecycle);
  await lifecycle.init();
  await clock.advance(3_500);
  assertEquals(sent.filter((text) => text === "WATCHDOG=1").length, 4);
  lifecycle.shutdown({ reason: "SIGTERM" });
  await lifecycle.finished;
  assertEquals(clock.pending, 0);
});

Deno.test("ServiceNotify leaves a watchdog alone that is meant for another, or for nobody", () => {
  for (
    const more of [
      { WATCHDOG_USEC: "2000000", WATCHDOG_PID: "43" },
      { WATCHDOG_USEC: "0" },
      { WATCHDOG_USEC: "soon" },
    ]
  ) {
    const { clock, lifecycle, notify } = createNotify({ ...SOCKET, ...more } as never);
    notify.follow(lifecycle);
    assertEquals(clock.pending, 0);
  }
});
