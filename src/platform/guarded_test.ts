import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { settle } from "../../tests/support/fake_clock.ts";
import { messageOf } from "../base/app_error.ts";
import { background, guarded, holdDoor } from "./guarded.ts";

function hold() {
  const told: string[] = [];
  const door = holdDoor((entry, error) => told.push(`${entry}: ${messageOf(error)}`));
  return { told, [Symbol.dispose]: () => door[Symbol.dispose]() };
}

Deno.test("guarded() tells by its name what an entry throws or rejects with, and lets what must go on do so", async () => {
  using door = hold();
  const wentOn: string[] = [];
  guarded("timer", (text: string) => {
    throw new Error(text);
  }, (error) => wentOn.push(messageOf(error)))("at once");
  guarded("listener", () => Promise.reject(new Error("later")), () => wentOn.push("later"))();
  guarded("both", () => {
    throw new Error("first");
  }, () => {
    throw new Error("second");
  })();
  await settle();
  assertEquals(door.told, [
    "timer: at once",
    "both: first",
    "both: second",
    "listener: later",
  ]);
  assertEquals(wentOn, ["at once", "later"]);
});

Deno.test("background() is over when the work is, or what had to go on after it", async () => {
  using door = hold();
  const order: string[] = [];
  await background("fine", () => order.push("fine"));
  await background("lost", () => Promise.reject("why"), async () => {
    await settle();
    order.push("went on");
  });
  assertEquals([order, door.told], [["fine", "went on"], ["lost: why"]]);
});

Deno.test("holdDoor() catches what slips past every guard, and this process lives on", async () => {
  using door = hold();
  const lost = Promise.withResolvers<void>();
  lost.promise.then(() => {
    throw new Error("rejected");
  });
  lost.resolve();
  globalThis.dispatchEvent(
    new ErrorEvent("error", { error: new Error("thrown"), cancelable: true }),
  );
  queueMicrotask(() => {
    throw new Error("in a microtask");
  });
  new AbortController().signal.addEventListener("abort", () => {});
  await settle();
  assertEquals(door.told.sort(), [
    "unguarded: in a microtask",
    "unguarded: rejected",
    "unguarded: thrown",
  ]);
});

Deno.test("guarded() and background() throw as ever where nobody holds the door", async () => {
  hold()[Symbol.dispose]();
  assertThrows(
    guarded("timer", () => {
      throw new Error("as ever");
    }),
    Error,
    "as ever",
  );
  const work = () => Promise.reject(new Error("as ever"));
  await assertRejects(() => background("work", work), Error, "as ever");
});
