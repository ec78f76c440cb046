import { assertEquals } from "@std/assert";
import { openPaths } from "../../tests/support/fake_daemon.ts";
import { tryFileLock } from "../platform/file_lock.ts";
import { ensureDirs, withRuntimeDir } from "../platform/paths.ts";
import { livingPaths } from "./living_paths.ts";

Deno.test("livingPaths() are ours when daemon.json says nothing of use", () => {
  using world = openPaths();
  const { paths } = world;
  const texts = ["", "{", "null", "[]", "{}", '{"socket":7}', '{"socket":"x/daemon.sock"}'];
  for (const text of [...texts, JSON.stringify({ socket: paths.socket })]) {
    Deno.writeTextFileSync(paths.daemonJson, text);
    assertEquals(livingPaths(paths), paths);
  }
});

Deno.test("livingPaths() are those of a daemon elsewhere as long as it holds its lock", () => {
  using world = openPaths();
  const { paths, root } = world;
  const elsewhere = withRuntimeDir(paths, `${root}/other/imp/d`);
  Deno.writeTextFileSync(paths.daemonJson, JSON.stringify({ socket: elsewhere.socket }));
  assertEquals(livingPaths(paths), paths);
  ensureDirs(elsewhere);
  {
    using _lock = tryFileLock(elsewhere.pidFile)!;
    assertEquals(livingPaths(paths), elsewhere);
    Deno.writeTextFileSync(
      paths.daemonJson,
      JSON.stringify({ socket: "/tmp/moved.sock", runtime_dir: elsewhere.runtimeDir }),
    );
    assertEquals(livingPaths(paths), elsewhere);
  }
  assertEquals(livingPaths(paths), paths);
});
