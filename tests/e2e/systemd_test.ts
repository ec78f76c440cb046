import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { isAlive } from "../support/process_facts.ts";
import { filesBelow, ID, mainPid, newMainPid, story, UNIT } from "../support/service_story.ts";

story("enable gives the daemon and its running jobs to systemd, disable leaves nothing", async (
  { box, systemd, imp, json, hold },
) => {
  const jobPid = await hold("before");
  const before = (await json("ping")).pid;
  assert((await imp("enable")).includes(`Started ${UNIT}`));
  assertEquals(await systemd.property(UNIT, "ActiveState"), "active");
  const status = await systemd.systemctlOk("status", UNIT);
  assert(status.includes("active (running)"), status);
  const daemon = await json("daemon", "status");
  assertEquals(daemon.pid, await mainPid(systemd));
  assertEquals(daemon.service, "systemd");
  assert(daemon.pid !== before);
  assertEquals((await json("show", "before")).pid, jobPid);

  await imp("enable");
  assertEquals((await json("show", "before")).pid, jobPid);

  await imp("disable");
  assertEquals(await systemd.property(UNIT, "LoadState"), "not-found");
  assertEquals(filesBelow(`${box.root}/config/systemd`), []);
  await eventually("the job is gone", async () => (await box.processes()).length <= 1);
});

story("systemctl start returns when imp answers, and stop ends the jobs", async (
  { box, systemd, imp, json, hold },
) => {
  await imp("enable");
  for (let round = 0; round < 3; round++) {
    await hold(`job${round}`);
    await systemd.systemctlOk("stop", UNIT);
    assertEquals(await systemd.property(UNIT, "ActiveState"), "inactive");
    assertEquals((await box.processes()).filter(({ command }) => /sleep/.test(command)), []);
    await systemd.systemctlOk("start", UNIT);
    assertEquals((await json("daemon", "status")).pid, await mainPid(systemd));
  }
});

story("daemon start, stop and restart, and the first job, go through systemd", async (
  { systemd, imp, json, hold },
) => {
  await imp("enable");
  const state = () => systemd.property(UNIT, "ActiveState");
  await imp("daemon", "stop");
  assertEquals(await state(), "inactive");
  await imp("daemon", "start");
  assertEquals([await state(), await mainPid(systemd)], ["active", (await json("ping")).pid]);
  await imp("daemon", "stop");

  const jobPid = await hold("api");
  const before = await mainPid(systemd);
  assertEquals([await state(), before], ["active", (await json("ping")).pid]);
  await imp("daemon", "restart");
  const after = await mainPid(systemd);
  assert(after !== before);
  assertEquals([await state(), after], ["active", (await json("ping")).pid]);
  await imp("daemon", "stop", "--keep-jobs");
  assertEquals((await json("show", "api")).pid, jobPid);
  // Looking needs no daemon; this does.
  const { pid } = await json("ping");
  assertEquals([await state(), await mainPid(systemd)], ["active", pid]);
});

story("starting it often is no reason for systemd not to", async ({ systemd, imp, json }) => {
  await imp("enable");
  for (let round = 0; round < 7; round++) await imp("daemon", "restart");
  assertEquals(await mainPid(systemd), (await json("ping")).pid);
});

story("a daemon that systemd did not start is stopped all the same", async (
  { box, systemd, imp, json },
) => {
  const unit = await imp("enable", "--print");
  const { pid } = await json("daemon", "start");
  await box.file(`config/systemd/user/${UNIT}`, unit);
  await systemd.systemctlOk("daemon-reload");
  await imp("daemon", "stop");
  // Its last threads may still be on their way out.
  await eventually("the daemon has ended", () => !isAlive(pid));
});

story(
  "F6 systemctl reload has the settings read again, and fails with the reason when they are wrong",
  async (
    { box, systemd, imp, json },
  ) => {
    await imp("enable");
    const stopTimeout = async () => {
      const { settings } = await json("config");
      return settings.find((each: { name: string }) => each.name === "stop_timeout").value;
    };
    assertEquals(await stopTimeout(), "10s");
    await box.file("config/imp/config.yaml", "stop_timeout: 7s\n");
    const pid = await mainPid(systemd);
    await systemd.systemctlOk("reload", UNIT);
    assertEquals(await stopTimeout(), "7s");
    await box.file("config/imp/config.yaml", "stop_timeout: soon\n");
    assertEquals((await systemd.systemctl("reload", UNIT)).code, 1);
    const status = await systemd.property(UNIT, "StatusText");
    assertStringIncludes(status, "with the settings of before: Cannot use");
    assertStringIncludes(status, "stop_timeout (line 1)");
    assertEquals(await systemd.property(UNIT, "ActiveState"), "active");
    assertEquals(await stopTimeout(), "7s");
    assertEquals(await mainPid(systemd), pid);
    await box.file("config/imp/config.yaml", "");
    await systemd.systemctlOk("reload", UNIT);
    assertEquals(await systemd.property(UNIT, "StatusText"), "0 jobs up");
  },
);

story("F6 systemctl status tells how many jobs are up", async ({ systemd, imp, hold }) => {
  await imp("enable");
  const says = (text: string) =>
    eventually(`it says ${text}`, async () => await systemd.property(UNIT, "StatusText") === text);
  await says("0 jobs up");
  for (const name of ["a", "b", "c"]) await hold(name);
  await says("3 jobs up");
  await imp("stop", "a", "b");
  await says("1 job up");
});

story("F4 wrong settings end no service, and a service begins in spite of them", async (
  { box, systemd, imp, json, hold },
) => {
  await imp("enable");
  const jobPid = await hold("api");
  await box.file("config/imp/config.yaml", "stop_timeout: soon\n");
  const before = await mainPid(systemd);
  for (const command of [["daemon", "restart"], ["enable"], ["reload"]]) {
    assertEquals((await box.imp(["--daemon-id", ID, ...command])).code, 2, command.join(" "));
  }
  assertEquals(await mainPid(systemd), before);

  Deno.kill(before, "SIGKILL");
  await newMainPid(systemd, before);
  assertStringIncludes(await systemd.property(UNIT, "StatusText"), "settings of a wrong file");
  assertEquals((await json("show", "api")).pid, jobPid);
  assertEquals((await box.imp(["--daemon-id", ID, "add", "--", "true"])).code, 2);
  await imp("stop", "api");
  await imp("daemon", "stop");
  assertEquals((await box.imp(["--daemon-id", ID, "daemon", "start"])).code, 2);
  await box.file("config/imp/config.yaml", "");
});

story("F7 nuke removes the service, too: nothing brings the daemon back", async (
  { box, systemd, imp, hold },
) => {
  await imp("enable");
  await hold("api");
  const told = await imp("nuke");
  assertStringIncludes(told, "Stopped 1 job, removed 1");
  assertStringIncludes(told, `Disabled and removed ${UNIT}`);
  assertEquals(await systemd.property(UNIT, "LoadState"), "not-found");
  assertEquals(filesBelow(`${box.root}/config/systemd`), []);
  assertEquals(await box.daemons(), []);
});

story("F7 nuke says when it may not remove the service", async ({ box, systemd, imp }) => {
  await imp("enable");
  await box.file("bin/systemctl", "#!/bin/sh\necho Access denied >&2\nexit 1\n", 0o755);
  const result = await box.imp(["--daemon-id", ID, "nuke"]);
  assertEquals(result.code, 1, result.stderr);
  assertStringIncludes(result.stderr, `${UNIT} stays and starts the daemon again`);
  await Deno.remove(`${box.root}/bin/systemctl`);
  await imp("disable");
  assertEquals(await systemd.property(UNIT, "LoadState"), "not-found");
});

story("F7 disable ends the jobs that the service does not have, too", async (
  { box, systemd, imp, hold },
) => {
  const unit = await imp("enable", "--print");
  // A daemon that systemd did not start.
  const jobPid = await hold("api");
  await box.file(`config/systemd/user/${UNIT}`, unit);
  await systemd.systemctlOk("daemon-reload");
  const told = await imp("disable");
  assertStringIncludes(told, "Stopped 1 job that the service did not have");
  assert(!isAlive(jobPid));

  // A daemon that died, and that systemd was told not to start again.
  await imp("enable");
  const left = await hold("api");
  await systemd.systemctl("kill", "--kill-whom=main", "--signal=KILL", UNIT);
  await systemd.systemctlOk("stop", UNIT);
  assert(isAlive(left), "KillMode=process spares the jobs");
  assertStringIncludes(await imp("disable"), "Stopped 1 job");
  assert(!isAlive(left));
});

story("a daemon that is killed is started again, and the jobs are the same processes", async (
  { systemd, imp, json, hold },
) => {
  await imp("enable");
  const jobPid = await hold("api");
  const before = await mainPid(systemd);
  Deno.kill(before, "SIGKILL");
  const after = await newMainPid(systemd, before);
  assertEquals((await json("daemon", "status")).pid, after);
  const job = await json("show", "api");
  assertEquals([job.pid, job.status], [jobPid, "running"]);
});

story(
  "a daemon that hangs is replaced by the watchdog, and the jobs are the same processes",
  async (
    { box, systemd, imp, json, hold },
  ) => {
    await imp("enable");
    await box.file(`config/systemd/user/${UNIT}.d/watchdog.conf`, "[Service]\nWatchdogSec=5\n");
    await systemd.systemctlOk("daemon-reload");
    await systemd.systemctlOk("restart", UNIT);
    const jobPid = await hold("api");
    const before = await mainPid(systemd);
    Deno.kill(before, "SIGSTOP");
    await newMainPid(systemd, before);
    assertEquals(await systemd.property(UNIT, "NRestarts"), "1");
    assertEquals((await json("show", "api")).pid, jobPid);
    await Deno.remove(`${box.root}/config/systemd/user/${UNIT}.d`, { recursive: true });
  },
);

story("systemd finds nothing wrong with the unit, whatever the project is called", async (
  { box, systemd },
) => {
  const project = `${box.root}/project/my "web" 100%h $HOME \\ é`;
  await Deno.mkdir(project);
  const options = { cwd: project };
  const unit = await box.impOk(["--daemon-id", ID, "enable", "--print"], options);
  const path = await box.file(`tmp/${UNIT}`, unit);
  const verified = await box.run(["systemd-analyze", "--user", "verify", path]);
  assertEquals([verified.code, verified.stdout, verified.stderr], [0, "", ""]);
  await box.impOk(["--daemon-id", ID, "enable"], options);
  const [daemon] = await box.daemons();
  assert(daemon?.command.includes(project), daemon?.command);
  assertEquals(await systemd.property(UNIT, "ActiveState"), "active");
});

story("a service that cannot start says why, and is not left behind", async ({ box, systemd }) => {
  await box.file("config/imp/config.yaml", "");
  await box.file("bin/systemctl", '#!/bin/sh\ncase "$*" in *" start "*) exit 1;; esac\n', 0o755);
  const result = await box.imp(["--daemon-id", ID, "enable"]);
  assertEquals(result.code, 1, result.stderr);
  assert(result.stderr.includes("systemctl --user"), result.stderr);
  assertEquals(filesBelow(`${box.root}/config/systemd`), []);
  await Deno.remove(`${box.root}/bin/systemctl`);
  await systemd.systemctlOk("daemon-reload");
});
