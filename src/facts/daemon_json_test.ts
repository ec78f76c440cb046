import { assertEquals } from "@std/assert";
import { openPaths } from "../../tests/support/fake_daemon.ts";
import { resolvePaths } from "../platform/paths.ts";
import { readDaemonJson, writeDaemonJson } from "./daemon_json.ts";

const OF_ANN: Readonly<Record<string, string>> = {
  XDG_RUNTIME_DIR: "/run/user/1000",
  XDG_STATE_HOME: "/home/ann/.local/state",
};
const PATHS = resolvePaths("shop-1a2b3c4d", (name) => OF_ANN[name]);
const FACTS = {
  pid: 4_711,
  build: { protocol: 1, version: "0.2.0", build: "20261201T120000.000Z" },
  startedAtMs: Date.parse("2026-12-01T12:00:05Z"),
  logPath: PATHS.daemonLog,
};

function golden(release: string): string {
  return Deno.readTextFileSync(new URL(`testdata/daemon_json_${release}.txt`, import.meta.url));
}

Deno.test("writeDaemonJson() writes what this release is known for", () => {
  using world = openPaths();
  const { daemonJson } = world.paths;
  writeDaemonJson({ ...PATHS, daemonJson }, FACTS);
  assertEquals(Deno.readTextFileSync(daemonJson), golden("0.2"));
  assertEquals(Deno.statSync(daemonJson).mode! & 0o777, 0o600);
});

Deno.test("readDaemonJson() reads what every release wrote", () => {
  using world = openPaths();
  const { daemonJson } = world.paths;
  const read = ["0.1", "0.2"].map((release) => {
    Deno.writeTextFileSync(daemonJson, golden(release));
    return readDaemonJson({ daemonJson })!;
  });
  for (const { pid, socket, runtime_dir } of read) {
    assertEquals([pid, socket, runtime_dir], [4_711, PATHS.socket, PATHS.runtimeDir]);
  }
  assertEquals(read.map(({ log_path }) => log_path), [undefined, PATHS.daemonLog]);
});

Deno.test("D5 readDaemonJson() reads what a newer release adds to, and nothing that is half or wrong", () => {
  using world = openPaths();
  const { daemonJson } = world.paths;
  const read = (text: string) => {
    Deno.writeTextFileSync(daemonJson, text);
    return readDaemonJson({ daemonJson });
  };
  assertEquals(readDaemonJson({ daemonJson: `${daemonJson}.not` }), undefined);
  const newer = { ...JSON.parse(golden("0.2")), listens: ["tcp"], runtime_dir_2: 1 };
  assertEquals(read(JSON.stringify(newer)), read(golden("0.2")));
  const wrong = [{ pid: "4711" }, { pid: -1 }, { runtime_dir: "relative" }, { socket: null }];
  for (const change of wrong) {
    assertEquals(read(JSON.stringify({ ...newer, ...change })), undefined);
  }
  for (const text of ["", "garbage", "\0\0", "null", golden("0.2").slice(0, 90)]) {
    assertEquals(read(text), undefined);
  }
});
