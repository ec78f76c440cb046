import { assert, assertEquals } from "@std/assert";
import { LIMITS } from "../../base/surroundings.ts";
import { readStanding, readSurroundings } from "./surroundings.ts";

const IS_LINUX = Deno.build.os === "linux";

function tell(script: string): string {
  const { stdout } = new Deno.Command("sh", { args: ["-c", script] }).outputSync();
  return new TextDecoder().decode(stdout).trim();
}

Deno.test({
  name: "E4 readSurroundings() reads what a shell tells of itself, and every limit",
  ignore: !IS_LINUX,
  fn() {
    const { nice, cpus, oom_score_adj, limits } = readSurroundings();
    assertEquals(String(nice), tell("nice"));
    assertEquals(cpus, tell("sed -n 's/^Cpus_allowed_list:\t//p' /proc/self/status"));
    assertEquals(String(oom_score_adj), tell("cat /proc/self/oom_score_adj"));
    assertEquals(Object.keys(limits!).sort(), Object.keys(LIMITS).sort());
    const stack = limits!.stack![0];
    assertEquals(stack === null ? "unlimited" : String(stack / 1_024), tell("ulimit -Ss"));
  },
});

Deno.test({
  name: "E4 readStanding() tells namespaces and the root directory by ids",
  ignore: !IS_LINUX,
  fn() {
    const { namespaces, root } = readStanding();
    assertEquals(namespaces!.net, tell("readlink /proc/self/ns/net"));
    assert(/^\d+:\d+$/.test(root!), root);
  },
});
