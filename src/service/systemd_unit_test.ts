import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { AppError } from "../base/app_error.ts";
import type { ServiceSpec } from "./service_spec.ts";
import { systemdUnit, systemdUnitName } from "./systemd_unit.ts";

const SPEC: ServiceSpec = {
  daemonId: "web-1a2b3c4d",
  projectDir: "/home/ann/web",
  command: ["/usr/bin/imp", "daemon", "run", "--daemon-id", "web-1a2b3c4d"],
  reloadCommand: ["/usr/bin/imp", "daemon", "reload", "--daemon-id", "web-1a2b3c4d"],
  environment: { PATH: "/usr/bin:/bin", IMP_SERVICE: "systemd" },
  stopTimeoutMs: 35_000,
};

Deno.test("systemdUnit() is a unit of the user", () => {
  assertEquals(systemdUnitName(SPEC.daemonId), "imp-web-1a2b3c4d.service");
  assertEquals(
    systemdUnit(SPEC),
    `# Written by \`imp enable\`; \`imp disable\` removes it.
[Unit]
Description=imp daemon web-1a2b3c4d for /home/ann/web

[Service]
Type=notify
NotifyAccess=main
ExecStart=:/usr/bin/imp daemon run --daemon-id web-1a2b3c4d
ExecReload=:/usr/bin/imp daemon reload --daemon-id web-1a2b3c4d
Environment=PATH=/usr/bin:/bin
Environment=IMP_SERVICE=systemd
UMask=0077
Restart=on-failure
RestartSec=1
RestartPreventExitStatus=2 6 77
KillMode=process
OOMPolicy=continue
TasksMax=infinity
TimeoutStopSec=35
WatchdogSec=30
WatchdogSignal=SIGKILL

[Install]
WantedBy=default.target
`,
  );
});

Deno.test("systemdUnit() of the system runs as its user, with that user's runtime directory", () => {
  const environment = { XDG_RUNTIME_DIR: "/run/user/1000" };
  const unit = systemdUnit({ ...SPEC, environment, user: { uid: 1_000, name: "ann" } });
  for (
    const line of [
      "User=ann",
      "WantedBy=multi-user.target",
      "Wants=user-runtime-dir@1000.service",
      "After=user-runtime-dir@1000.service",
    ]
  ) assert(unit.split("\n").includes(line), line);
});

Deno.test("systemdUnit() takes every path as it is", () => {
  const projectDir = `/home/ann/my "web" 100% \\ $HOME ; x`;
  const unit = systemdUnit({
    ...SPEC,
    projectDir,
    command: ["/opt/my apps/imp", "--project-dir", projectDir, "ünï", "", ";"],
    environment: { PATH: "/opt/my apps:/bin" },
  });
  assertStringIncludes(
    unit,
    'ExecStart=:"/opt/my apps/imp" --project-dir ' +
      '"/home/ann/my \\"web\\" 100%% \\\\ $HOME ; x" "ünï" "" ";"\n',
  );
  assertStringIncludes(unit, 'Environment="PATH=/opt/my apps:/bin"\n');
  assertStringIncludes(unit, 'for /home/ann/my "web" 100%% \\ $HOME ; x\n');
});

Deno.test("systemdUnit() lets no path write lines of its own", () => {
  const command = ["/bin/x", "/tmp/a\nExecStartPre=/bin/evil"];
  const error = assertThrows(() => systemdUnit({ ...SPEC, command }), AppError);
  assertEquals(error.code, "service.bad_path");
});
