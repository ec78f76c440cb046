import { assertEquals } from "@std/assert";
import { openPaths } from "../../tests/support/fake_daemon.ts";
import { readStatusJson, writeStatusJson } from "./status_json.ts";

const GOLDEN = Deno.readTextFileSync(new URL("testdata/status_json_0.1.txt", import.meta.url));

Deno.test("readStatusJson() reads what every release wrote, and writeStatusJson() writes it so", () => {
  using world = openPaths();
  const { paths } = world;
  assertEquals(readStatusJson(paths), undefined);
  Deno.writeTextFileSync(paths.statusJson, GOLDEN);
  const snapshot = readStatusJson(paths)!;
  assertEquals([snapshot.source, snapshot.jobs[0]!.id], ["file", "V3x"]);
  writeStatusJson(paths, { ...snapshot, source: "ipc" });
  assertEquals(Deno.readTextFileSync(paths.statusJson), GOLDEN);
});

Deno.test("readStatusJson() knows nothing by what is half written or garbage", () => {
  using world = openPaths();
  const { paths } = world;
  for (const text of ["", "garbage", "null", GOLDEN.slice(0, 200), '{"type":"status.snapshot"}']) {
    Deno.writeTextFileSync(paths.statusJson, text);
    assertEquals(readStatusJson(paths), undefined, text);
  }
});
