import { assert, assertEquals } from "@std/assert";
import { resolvePaths } from "../platform/paths.ts";
import { describeService, type ServiceOptions } from "./enable_service.ts";

const isLinux = Deno.build.os === "linux";
const isRoot = Deno.uid() === 0;

function describe(env: Record<string, string>, more: Partial<ServiceOptions> = {}): string[] {
  const read = (name: string) => env[name];
  const { text } = describeService({
    paths: resolvePaths("web", read),
    executable: ["/usr/bin/imp"],
    projectDir: "/home/ann/web",
    system: false,
    env: read,
    shutdownTimeoutMs: 30_000,
    ...more,
  });
  return text.split("\n");
}

Deno.test({
  name:
    "describeService() keeps the directories that the clients use, and nothing else of their environment",
  ignore: !isLinux,
  fn: () => {
    const lines = describe({
      HOME: "/home/ann",
      PATH: "/bin",
      XDG_STATE_HOME: "/data/state",
      API_KEY: "hunter2",
    });
    assertEquals(lines.filter((line) => line.startsWith("Environment")), [
      "Environment=PATH=/bin",
      "Environment=HOME=/home/ann",
      "Environment=XDG_STATE_HOME=/data/state",
      "Environment=IMP_SERVICE=systemd",
    ]);
    assert(lines.includes("TimeoutStopSec=35"));
    assert(
      lines.includes(
        "ExecStart=:/usr/bin/imp daemon run --daemon-id web --project-dir /home/ann/web",
      ),
    );
  },
});

Deno.test({
  name: "describeService() of the system belongs to whoever typed sudo",
  ignore: !isLinux || !isRoot,
  fn: () => {
    const sudo = { SUDO_UID: "1000", SUDO_USER: "ann", HOME: "/root", XDG_STATE_HOME: "/root/x" };
    const lines = describe(sudo, { system: true });
    assert(lines.includes("User=ann"));
    assertEquals(lines.filter((line) => line.startsWith("Environment")), [
      "Environment=XDG_RUNTIME_DIR=/run/user/1000",
      "Environment=IMP_SERVICE=systemd",
    ]);
    assert(describe({ ...sudo, SUDO_USER: "a b" }, { system: true }).includes("User=1000"));
    assert(describe({ HOME: "/root" }, { system: true }).includes("User=root"));
  },
});
