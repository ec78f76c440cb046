import { assertEquals } from "@std/assert";
import { findService, servicePlace } from "./service_place.ts";

const HOST = { uid: 1_000, configDir: "/home/ann/.config", homeDir: "/home/ann" };

Deno.test("servicePlace() is where each manager looks", () => {
  const places = (["linux", "darwin", "other"] as const).flatMap((os) =>
    [false, true].map((system) => servicePlace("web", { system, host: { ...HOST, os } })?.path)
  );
  assertEquals(places, [
    "/home/ann/.config/systemd/user/imp-web.service",
    "/etc/systemd/system/imp-web.service",
    "/home/ann/Library/LaunchAgents/imp.web.plist",
    "/Library/LaunchDaemons/imp.web.plist",
    undefined,
    undefined,
  ]);
});

Deno.test({
  name: "findService() finds what is installed, and nothing else",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const dir = await Deno.makeTempDir();
    const env = (name: string) => name === "XDG_CONFIG_HOME" ? dir : undefined;
    assertEquals(findService("web", env), undefined);
    await Deno.mkdir(`${dir}/systemd/user`, { recursive: true });
    await Deno.writeTextFile(`${dir}/systemd/user/imp-web.service`, "");
    assertEquals(findService("web", env)?.name, "imp-web.service");
    assertEquals(findService("other", env), undefined);
    await Deno.remove(dir, { recursive: true });
  },
});
