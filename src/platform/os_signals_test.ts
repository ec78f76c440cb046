import { assertEquals, assertThrows } from "@std/assert";
import { AppError } from "../base/app_error.ts";
import { eventually } from "../../tests/support/eventually.ts";
import { onSignal } from "./on_signal.ts";
import { parseSignal, signalName } from "./os_signals.ts";

Deno.test("parseSignal() knows names in every spelling, and numbers", () => {
  for (const text of ["TERM", "SIGTERM", "sigterm", "term", "SigTerm", "15", "015"]) {
    assertEquals(parseSignal(text), { name: "SIGTERM", number: 15 });
  }
  assertEquals(parseSignal("IOT"), { name: "SIGABRT", number: 6 });
  assertEquals(parseSignal("9").name, "SIGKILL");
});

Deno.test("parseSignal() knows the real-time signals where there are some", () => {
  if (Deno.build.os !== "linux") return;
  assertEquals(parseSignal("RTMIN"), { name: "SIGRTMIN", number: 34 });
  assertEquals(parseSignal("SIGRTMIN+3"), { name: "SIGRTMIN+3", number: 37 });
  assertEquals(parseSignal("64"), { name: "SIGRTMIN+30", number: 64 });
});

Deno.test("parseSignal() rejects what is no signal", () => {
  for (
    const text of ["", "0", "-9", "65", "999", "32", "TERMINATE", "SIG", "RTMIN+31", "1e1", "RTMAX"]
  ) {
    const error = assertThrows(() => parseSignal(text), AppError, undefined, text);
    assertEquals(error.code, "usage.bad_signal");
  }
});

Deno.test("signalName() goes by the platform's numbers", () => {
  assertEquals(signalName(6), "SIGABRT");
  assertEquals(signalName(0), undefined);
  assertEquals(signalName(33), undefined);
});

Deno.test("onSignal() calls until it is disposed of", async () => {
  let [first, second] = [0, 0];
  using _second = onSignal("SIGUSR2", () => second++);
  {
    using _first = onSignal("SIGUSR2", () => first++);
    Deno.kill(Deno.pid, "SIGUSR2");
    await eventually("both calls", () => first === 1 && second === 1);
  }
  Deno.kill(Deno.pid, "SIGUSR2");
  await eventually("the second's call", () => second === 2);
  assertEquals(first, 1);
});
