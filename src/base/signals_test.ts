import { assertEquals } from "@std/assert";
import { constants } from "node:os";
import { nameOfSignal, readSignal } from "./signals.ts";

Deno.test("readSignal() knows what this system knows, by the same numbers", () => {
  const system = Deno.build.os === "darwin" ? "darwin" : "linux";
  for (const [name, number] of Object.entries(constants.signals)) {
    assertEquals(readSignal(name, system)?.number, number, name);
  }
});

Deno.test("readSignal() goes by the numbers of each system", () => {
  assertEquals(readSignal("USR1", "linux"), { name: "SIGUSR1", number: 10 });
  assertEquals(readSignal("USR1", "darwin"), { name: "SIGUSR1", number: 30 });
  assertEquals(readSignal("sigiot", "darwin"), { name: "SIGABRT", number: 6 });
  assertEquals(readSignal("RTMIN+3", "linux"), { name: "SIGRTMIN+3", number: 37 });
  for (const word of ["RTMIN", "PWR", "34"]) assertEquals(readSignal(word, "darwin"), undefined);
  for (const word of ["FOO", "", "0", "ABRT/IOT", "HUP INT", "-9", "15.0", "RTMIN+31"]) {
    assertEquals(readSignal(word, "linux"), undefined, word);
  }
});

Deno.test("nameOfSignal() knows no number beyond the last", () => {
  assertEquals(nameOfSignal(31, "darwin"), "SIGUSR2");
  for (const number of [0, 32, 33, 65, -1, 1.5, NaN]) {
    assertEquals(nameOfSignal(number, "linux"), undefined);
  }
});
