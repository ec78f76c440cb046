import { assertEquals, assertStringIncludes } from "@std/assert";
import { launchdLabel, launchdPlist } from "./launchd_plist.ts";
import type { ServiceSpec } from "./service_spec.ts";

const SPEC: ServiceSpec = {
  daemonId: "web-1a2b3c4d",
  projectDir: "/Users/ann/web",
  command: ["/usr/local/bin/imp", "daemon", "run", "--project-dir", "/Users/ann/<R&D> web"],
  reloadCommand: [],
  environment: { PATH: "/usr/bin:/bin", IMP_SERVICE: "launchd" },
  stopTimeoutMs: 35_000,
};

Deno.test("launchdPlist() is an agent that outlives nothing but itself", () => {
  const plist = launchdPlist(SPEC, "/Users/ann/state/daemon.log");
  assertEquals(launchdLabel(SPEC.daemonId), "imp.web-1a2b3c4d");
  assertStringIncludes(plist, "<key>AbandonProcessGroup</key>\n  <true/>");
  assertStringIncludes(plist, "<key>SuccessfulExit</key>\n    <false/>");
  assertStringIncludes(plist, "<string>/Users/ann/&lt;R&amp;D&gt; web</string>");
  assertEquals(plist.includes("UserName"), false);
});

const hasPython = await new Deno.Command("python3", { args: ["-c", "import plistlib"] }).output()
  .then(({ success }) => success, () => false);

Deno.test({
  name: "launchdPlist() is what a real parser of property lists reads",
  ignore: !hasPython,
  fn: async () => {
    const parser = new Deno.Command("python3", {
      args: [
        "-c",
        "import plistlib,sys,json;print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))",
      ],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const plist = launchdPlist({ ...SPEC, user: { uid: 501, name: "ann" } }, "/dev/null");
    const writer = parser.stdin.getWriter();
    await writer.write(new TextEncoder().encode(plist));
    await writer.close();
    const { stdout, success } = await parser.output();
    assertEquals(success, true);
    assertEquals(JSON.parse(new TextDecoder().decode(stdout)), {
      Label: "imp.web-1a2b3c4d",
      ProgramArguments: [...SPEC.command],
      EnvironmentVariables: SPEC.environment,
      UserName: "ann",
      RunAtLoad: true,
      KeepAlive: { SuccessfulExit: false },
      ThrottleInterval: 2,
      AbandonProcessGroup: true,
      ExitTimeOut: 35,
      Umask: 63,
      StandardErrorPath: "/dev/null",
    });
  },
});
