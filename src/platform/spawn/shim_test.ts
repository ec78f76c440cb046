import { assertEquals } from "@std/assert";
import { UNPROTECT } from "./shim.ts";

/** What stands in the file afterwards; a real score below 0 can only be had with a capability. */
function scoreAfter(score: string | undefined): string | undefined {
  const path = Deno.makeTempFileSync();
  if (score === undefined) Deno.removeSync(path);
  else Deno.writeTextFileSync(path, score);
  const { success } = new Deno.Command("/bin/sh", {
    args: ["-c", `${UNPROTECT.replaceAll("/proc/self/oom_score_adj", path)}\n:`],
    stderr: "null",
  }).outputSync();
  assertEquals(success, true);
  if (score === undefined) return undefined;
  const after = Deno.readTextFileSync(path);
  Deno.removeSync(path);
  return after;
}

Deno.test("F06 UNPROTECT takes the protection of a daemon off its jobs, and leaves every other score", () => {
  assertEquals(["-1000\n", "-1\n", "0\n", "300\n", undefined].map(scoreAfter), [
    "0\n",
    "0\n",
    "0\n",
    "300\n",
    undefined,
  ]);
});
