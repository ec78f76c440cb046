import { assertEquals, assertMatch } from "@std/assert";
import { buildStamp, selfBuild, selfCommand } from "./self.ts";

Deno.test("selfCommand() runs this program again, from anywhere", () => {
  const [program, ...args] = selfCommand();
  const { stdout, success } = new Deno.Command(program!, {
    args: [...args, "--version"],
    cwd: "/",
    env: { NO_COLOR: "1" },
  }).outputSync();
  assertEquals(success, true);
  assertMatch(new TextDecoder().decode(stdout), /\d+\.\d+\.\d+/);
});

Deno.test("buildStamp() is the time of the newest file of the program", () => {
  const newest = Math.max(...mtimesBelow(new URL("../", import.meta.url)));
  assertEquals(buildStamp(), new Date(newest).toISOString().replace(/[-:]/g, ""));
  assertEquals(selfBuild().build, buildStamp());
});

function mtimesBelow(dir: URL): number[] {
  return [...Deno.readDirSync(dir)].flatMap((entry) => {
    if (entry.isDirectory) return mtimesBelow(new URL(`${entry.name}/`, dir));
    if (!/\.tsx?$/.test(entry.name) || entry.name.includes("_test.")) return [];
    return [Deno.statSync(new URL(entry.name, dir)).mtime!.getTime()];
  });
}
