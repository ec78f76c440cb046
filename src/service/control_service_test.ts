import { assertEquals, assertRejects } from "@std/assert";
import { AppError } from "../base/app_error.ts";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { startUntilUp } from "./control_service.ts";

Deno.test("startUntilUp() asks again while the manager has not noticed the end of the daemon before", async () => {
  const clock = new FakeClock();
  let calls = 0;
  const started = startUntilUp(() => Promise.resolve(void calls++), {
    clock,
    isUp: () => calls === 3,
  });
  await clock.advance(1_000);
  await started;
  assertEquals(calls, 3);
});

Deno.test("startUntilUp() gives up in time, and hands on what the manager says", async () => {
  const clock = new FakeClock();
  const failing = startUntilUp(() => Promise.resolve(), { clock, isUp: () => false });
  const rejection = assertRejects(() => failing, AppError);
  await clock.advance(60_000);
  assertEquals((await rejection).code, "daemon.start_failed");
  await assertRejects(
    () => startUntilUp(() => Promise.reject(new Error("no bus")), { clock, isUp: () => false }),
    Error,
    "no bus",
  );
});
