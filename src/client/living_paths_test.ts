import { assertEquals } from "@std/assert";
import { BUILD, openPaths } from "../../tests/support/fake_daemon.ts";
import { writeDaemonJson } from "../facts/daemon_json.ts";
import { tryFileLock } from "../platform/file_lock.ts";
import { ensureDirs } from "../platform/ensure_dirs.ts";
import { type ImpPaths, withRuntimeDir } from "../platform/paths.ts";
import { livingPaths } from "./living_paths.ts";

function write(paths: ImpPaths): string {
  writeDaemonJson(paths, { pid: 7, build: BUILD, startedAtMs: 0, logPath: undefined });
  return Deno.readTextFileSync(paths.daemonJson);
}

Deno.test("livingPaths() are ours when daemon.json says nothing of use", async () => {
  using world = openPaths();
  const { paths, root } = world;
  assertEquals(await livingPaths(paths), paths);
  const whole = write(withRuntimeDir(paths, `${root}/other`));
  const cut = Array.from({ length: 9 }, (_, index) => whole.slice(0, index * 20));
  for (const text of [...cut, "null", "[]", "{}", '{"socket":7}', whole.replaceAll("/", "x")]) {
    Deno.writeTextFileSync(paths.daemonJson, text);
    assertEquals(await livingPaths(paths), paths, text);
  }
  write(paths);
  assertEquals(await livingPaths(paths), paths);
});

Deno.test("D5 livingPaths() are those of a daemon elsewhere as long as it holds its lock", async () => {
  using world = openPaths();
  const { paths, root } = world;
  for (const runtimeDir of [`${root}/other/imp/d`, `${root}/${"long".repeat(25)}/imp/d`]) {
    const elsewhere = withRuntimeDir(paths, runtimeDir);
    write(elsewhere);
    assertEquals(await livingPaths(paths), paths);
    ensureDirs(elsewhere);
    {
      using _lock = tryFileLock(elsewhere.pidFile)!;
      assertEquals(await livingPaths(paths), elsewhere);
      using _own = tryFileLock(paths.pidFile)!;
      assertEquals(await livingPaths(paths), paths);
    }
    assertEquals(await livingPaths(paths), paths);
  }
});
