import { assertEquals } from "@std/assert";
import { launchdPlist } from "./launchd_plist.ts";
import { startsProgram } from "./starts_program.ts";
import { systemdUnit } from "./systemd_unit.ts";

Deno.test("startsProgram() tells our own program from another", async () => {
  const path = await Deno.makeTempFile();
  const ours = ["/opt/my apps/imp", "--x"];
  const spec = {
    daemonId: "web",
    projectDir: "/web",
    command: [...ours, "daemon", "run", "--daemon-id", "web"],
    reloadCommand: [...ours, "daemon", "reload"],
    environment: {},
    stopTimeoutMs: 1_000,
  };
  const texts = { systemd: systemdUnit(spec), launchd: launchdPlist(spec, "/dev/null") };
  for (const manager of ["systemd", "launchd"] as const) {
    await Deno.writeTextFile(path, texts[manager]);
    const service = { manager, path, name: "web", system: false, uid: 0 };
    assertEquals(startsProgram(service, ours), true, manager);
    assertEquals(startsProgram(service, ["/opt/my apps/imp"]), false, manager);
    assertEquals(startsProgram(service, ["/usr/bin/imp", "--x"]), false, manager);
  }
  await Deno.remove(path);
});
