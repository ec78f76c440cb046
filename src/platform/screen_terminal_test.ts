import { assertEquals, assertRejects } from "@std/assert";
import { importForProduction } from "./screen_terminal.ts";

const NAMES = ["NODE_ENV", "DEV"] as const;

function readNames(): (string | undefined)[] {
  return NAMES.map((name) => Deno.env.get(name));
}

Deno.test("importForProduction() leaves the environment as it was, which jobs get too", async () => {
  const before = readNames();
  Deno.env.set("DEV", "true");
  Deno.env.delete("NODE_ENV");
  try {
    const seen = await importForProduction(() => Promise.resolve(readNames()));
    assertEquals(seen, ["production", undefined]);
    assertEquals(readNames(), [undefined, "true"]);
    await assertRejects(() => importForProduction(() => Promise.reject(new Error("no such file"))));
    assertEquals(readNames(), [undefined, "true"]);
  } finally {
    NAMES.forEach((name, index) => {
      const value = before[index];
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    });
  }
});
