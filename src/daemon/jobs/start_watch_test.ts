import { assertEquals } from "@std/assert";
import { FakeClock } from "../../../tests/support/fake_clock.ts";
import { messageOf } from "../../base/app_error.ts";
import { StartWatch } from "./start_watch.ts";

Deno.test("A6 StartWatch tells of a trouble that stays only once, and looks on", async () => {
  const clock = new FakeClock();
  const told: string[] = [];
  let [looks, trouble] = [0, "disk full"];
  const watch = new StartWatch({
    clock,
    look: () => {
      looks++;
      if (trouble !== "") throw new Error(trouble);
    },
    isStarting: () => true,
    onError: (error) => told.push(messageOf(error)),
  });
  watch.begin();
  await clock.advance(1_000);
  trouble = "read-only";
  await clock.advance(1_000);
  assertEquals([told, looks > 30], [["disk full", "read-only"], true]);
  watch.begin();
  await clock.advance(1);
  watch.end();
  assertEquals([told.length, clock.pending], [3, 0]);
});
