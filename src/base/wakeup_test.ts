import { assertEquals } from "@std/assert";
import { Wakeup } from "./wakeup.ts";

Deno.test("Wakeup ends a wait that has begun, and one that begins later", async () => {
  const wakeup = new Wakeup();
  const woken: number[] = [];
  const first = wakeup.wait().then(() => woken.push(1));
  wakeup.notify();
  await first;
  wakeup.notify();
  wakeup.notify();
  await wakeup.wait();
  const third = wakeup.wait().then(() => woken.push(3));
  await Promise.resolve();
  assertEquals(woken, [1], "two calls before a wait count once");
  wakeup.notify();
  await third;
  assertEquals(woken, [1, 3]);
});
