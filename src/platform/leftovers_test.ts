import { assertEquals } from "@std/assert";
import { findLeftovers, removeLeftovers } from "./leftovers.ts";
import { resolvePaths } from "./paths.ts";

Deno.test("removeLeftovers() removes what was left half done, and nothing else", () => {
  const root = Deno.makeTempDirSync();
  const env: Record<string, string> = { XDG_RUNTIME_DIR: `${root}/run`, XDG_STATE_HOME: root };
  const paths = resolvePaths("d", (name) => env[name]);
  const kept = [`${paths.stateDir}/state.db`, `${root}/imp/.other.gone-1/x`];
  const left = [`${paths.stateDir}/status.json.0123abcd.tmp`, `${root}/imp/.d.gone-12/logs`];
  for (const path of [...kept, ...left]) {
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    Deno.writeTextFileSync(path, "");
  }
  assertEquals(findLeftovers(paths), [left[0], `${root}/imp/.d.gone-12`]);
  assertEquals(removeLeftovers(paths), 2);
  assertEquals(findLeftovers(paths), []);
  for (const path of kept) assertEquals(Deno.statSync(path).isFile, true);
  Deno.removeSync(root, { recursive: true });
});
