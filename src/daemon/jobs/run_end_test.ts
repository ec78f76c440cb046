import { assertEquals } from "@std/assert";
import { signalOfCode } from "./run_end.ts";

Deno.test("signalOfCode() goes by the shell's convention and the platform's numbers", () => {
  assertEquals(signalOfCode(143), "SIGTERM");
  assertEquals(signalOfCode(137), "SIGKILL");
  for (const code of [0, 1, 127, 128, 255]) assertEquals(signalOfCode(code), null);
});
