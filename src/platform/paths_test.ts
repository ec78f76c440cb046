import { assert, assertEquals, assertThrows } from "@std/assert";
import { AppError } from "../base/app_error.ts";
import { ensureDirs } from "./ensure_dirs.ts";
import {
  checkSocketDirs,
  listDaemonIds,
  MAX_SOCKET_PATH_BYTES,
  resolvePaths,
  settingsPaths,
} from "./paths.ts";

function envOf(vars: Record<string, string>): (name: string) => string | undefined {
  return (name) => vars[name];
}

function makeWorld() {
  const root = Deno.makeTempDirSync({ prefix: "imp-p-" });
  const env = envOf({ XDG_RUNTIME_DIR: `${root}/run`, XDG_STATE_HOME: `${root}/state` });
  return { root, env, [Symbol.dispose]: () => Deno.removeSync(root, { recursive: true }) };
}

Deno.test("resolvePaths() puts everything where the XDG variables say", () => {
  const paths = resolvePaths("d", envOf({ XDG_RUNTIME_DIR: "/r", XDG_STATE_HOME: "/s" }));
  assertEquals(paths, {
    id: "d",
    program: "imp",
    runtimeDir: "/r/imp/d",
    socket: "/r/imp/d/daemon.sock",
    statusSocket: "/r/imp/d/status.sock",
    pidFile: "/r/imp/d/daemon.pid",
    startLock: "/r/imp/d/start.lock",
    stateDir: "/s/imp/d",
    stateLock: "/s/imp/d/daemon.lock",
    database: "/s/imp/d/state.db",
    daemonJson: "/s/imp/d/daemon.json",
    statusJson: "/s/imp/d/status.json",
    daemonLog: "/s/imp/d/daemon.log",
    runsDir: "/s/imp/d/runs",
    execsDir: "/s/imp/d/execs",
    logsDir: "/s/imp/d/logs",
  });
});

Deno.test("resolvePaths() falls back to /tmp and HOME, also for relative XDG variables", () => {
  const relative = { XDG_RUNTIME_DIR: "r", XDG_STATE_HOME: "./s" };
  for (const vars of [undefined, relative]) {
    const paths = resolvePaths("d", envOf({ HOME: "/home/u", ...vars }));
    assertEquals(paths.runtimeDir, `/tmp/imp-${Deno.uid()}/d`);
    assertEquals(paths.stateDir, "/home/u/.local/state/imp/d");
  }
});

Deno.test("resolvePaths() has a state directory without HOME, too", () => {
  assert(resolvePaths("d", envOf({})).stateDir.startsWith("/"));
  assert(resolvePaths("d", envOf({ HOME: "" })).stateDir.endsWith("/imp/d"));
});

Deno.test("resolvePaths() moves a socket only when its path is longer than the platform allows", () => {
  const rest = "/imp/d/daemon.sock".length;
  const fits = `/${"x".repeat(MAX_SOCKET_PATH_BYTES - rest - 1)}`;
  assertEquals(
    resolvePaths("d", envOf({ XDG_RUNTIME_DIR: fits })).socket,
    `${fits}/imp/d/daemon.sock`,
  );
  const moved = resolvePaths("d", envOf({ XDG_RUNTIME_DIR: `${fits}x` }));
  assert(moved.socket.startsWith(`/tmp/imp-${Deno.uid()}/.sockets/`), moved.socket);
  assert(moved.statusSocket !== moved.socket);
  assertEquals(moved.pidFile, `${fits}x/imp/d/daemon.pid`);
});

Deno.test("resolvePaths() counts bytes, not characters", () => {
  const dir = `/${"ä".repeat(MAX_SOCKET_PATH_BYTES / 2)}`;
  assert(resolvePaths("d", envOf({ XDG_RUNTIME_DIR: dir })).socket.startsWith("/tmp/imp-"));
});

Deno.test("ensureDirs() makes what a daemon needs, for the owner only, and again without harm", () => {
  using world = makeWorld();
  const paths = resolvePaths("d", world.env);
  assertEquals(checkSocketDirs(paths), undefined);
  ensureDirs(paths);
  ensureDirs(paths);
  assertEquals(checkSocketDirs(paths), "crowded");
  for (const dir of [paths.runtimeDir, paths.stateDir, paths.runsDir, paths.logsDir]) {
    assertEquals(Deno.statSync(dir).mode! & 0o777, 0o700);
  }
});

Deno.test("checkSocketDirs() refuses a runtime directory that others may write to", () => {
  using world = makeWorld();
  const paths = resolvePaths("d", world.env);
  ensureDirs(paths);
  Deno.chmodSync(paths.runtimeDir, 0o777);
  const error = assertThrows(() => checkSocketDirs(paths), AppError);
  assertEquals(error.code, "permission.unsafe_directory");
  Deno.chmodSync(paths.runtimeDir, 0o700);
  Deno.chmodSync(`${world.root}/run/imp`, 0o777);
  assertThrows(() => checkSocketDirs(paths), AppError);
});

Deno.test("listDaemonIds() names those with state or a runtime directory, and nothing else", () => {
  using world = makeWorld();
  for (const dir of ["state/imp/b", "state/imp/a", "run/imp/a", "run/imp/.sockets", "run/imp/X"]) {
    Deno.mkdirSync(`${world.root}/${dir}`, { recursive: true });
  }
  Deno.writeTextFileSync(`${world.root}/run/imp/file`, "");
  assertEquals(listDaemonIds(world.env), ["a", "b"]);
  assertEquals(listDaemonIds(envOf({ XDG_RUNTIME_DIR: "/none", XDG_STATE_HOME: "/none" })), []);
});

Deno.test("settingsPaths() names the user's candidates and the project's file", () => {
  const { user, project } = settingsPaths(envOf({ XDG_CONFIG_HOME: "/c" }), "/p/imp.yaml");
  assertEquals(user[0], "/c/imp/config.yaml");
  assertEquals(project, "/p/imp.yaml");
});
