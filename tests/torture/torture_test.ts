import { assert } from "@std/assert";
import { torture } from "./torture.ts";

Deno.test("F01 F02 F86 random commands under random deaths leave what the model says: a fixed seed", async () => {
  const report = await torture({ seed: 20_261_121, rounds: 15 });
  assert(report.daemonKills > 0 && report.commands === 60, JSON.stringify(report));
});
