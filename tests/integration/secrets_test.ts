/** What a job is given in confidence shows up nowhere. */
import { assert, assertEquals } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { startDaemon, type TestDaemon } from "../support/test_daemon.ts";

const IDLE = "#!/bin/sh\nexec sleep 1000\n";

Deno.test("F115 credentials in a command are in no snapshot, event, list or log", async () => {
  await using daemon = await startDaemon({ log_level: "debug" });
  await daemon.box.file("bin/curl", IDLE, 0o755);
  const credentials = [
    ...["-H", "Authorization: Bearer abc123", "https://u:pw@host/", "--token=xyz"],
    ...["--password", "hunter2", "-u", "me:s3same", "https://host/?api_key=k3y&q=1"],
  ];
  await daemon.impOk("add", "--name", "web", "--", "curl", ...credentials);
  await daemon.imp("add", "--", "no-such-program", ...credentials);
  await daemon.impOk("restart", "web");
  const shown = await everythingShown(daemon);
  for (const [where, text] of shown) {
    for (const secret of [/abc123/, /:pw@/, /\bxyz\b/, /hunter2/, /s3same/, /k3y/]) {
      assert(!secret.test(text), `${secret} is in ${where}:\n${text}`);
    }
  }
  assert(shown.get("list")!.includes("***"), "it is masked, not left out");
  const [run] = Deno.readDirSync(daemon.paths.runsDir);
  const spec = `${daemon.paths.runsDir}/${run!.name}/spec.json`;
  assertEquals(Deno.statSync(spec).mode! & 0o777, 0o600, "what is needed to go on is the owner's");
});

Deno.test("F115 no value of the environment is anywhere but in the store, which is the owner's alone", async () => {
  await using daemon = await startDaemon({ log_level: "debug" });
  const canary = `canary-${crypto.randomUUID()}`;
  await daemon.box.file("project/.env", `FROM_FILE=${canary}-file\n`, 0o600);
  const env = ["--env", `GIVEN=${canary}-given`, "--env-file", ".env"];
  const add = ["--daemon-id", "d", "add", "--name", "web", ...env, "--", "sleep", "1000"];
  await daemon.box.impOk(add, { env: { INHERITED: `${canary}-inherited` } });
  await daemon.impOk("restart", "web");
  for (const [where, text] of await everythingShown(daemon)) {
    assert(!text.includes(canary), `an environment value is in ${where}:\n${text}`);
  }
  const shown = JSON.parse(await daemon.impOk("--json", "show", "web"));
  for (const name of ["GIVEN", "FROM_FILE", "INHERITED"]) {
    assert(JSON.stringify(shown).includes(name), `the name ${name} may be seen`);
  }
  const holders = [daemon.paths.stateDir, daemon.paths.runtimeDir].flatMap(listFiles)
    .filter((path) => new TextDecoder("latin1").decode(Deno.readFileSync(path)).includes(canary));
  assert(holders.length > 0, "the store keeps what a restart needs");
  for (const path of holders) {
    assert(/\/state\.db(-wal|-shm)?$/.test(path), `an environment value is in ${path}`);
    assertEquals(Deno.statSync(path).mode! & 0o777, 0o600, path);
  }
});

Deno.test("F113 nothing of a daemon is open to group or others", async () => {
  await using daemon = await startDaemon();
  await daemon.box.shell("umask 000; imp --daemon-id d add --name web -- sleep 1000");
  await daemon.box.shell("umask 000; imp --daemon-id d run -- sh -c 'echo x; echo y >&2'");
  for (const root of [daemon.paths.stateDir, daemon.paths.runtimeDir]) {
    for (const path of [root, ...listAll(root)]) {
      const { mode, isFile } = Deno.lstatSync(path);
      // A job's output is written with the umask of who started it, behind closed doors.
      if (isFile && path.startsWith(daemon.paths.logsDir)) continue;
      assertEquals(mode! & 0o077, 0, path);
    }
  }
  assertEquals(Deno.statSync(daemon.paths.logsDir).mode! & 0o777, 0o700);
});

/** Whatever tells of jobs, by where it was. */
async function everythingShown(daemon: TestDaemon): Promise<Map<string, string>> {
  const shown = new Map<string, string>();
  for (const json of [[], ["--json"]]) {
    for (
      const words of [["list"], ["show", "web"], ["status"], ["overview"], ["daemon", "status"]]
    ) {
      shown.set([...json, ...words].join(" "), await daemon.impOk(...json, ...words));
    }
    await using events = daemon.startImp(...json, "events", "--since", "0");
    await events.waitForStdout(/job_started[^]*job_started/);
    shown.set([...json, "events"].join(" "), events.stdout.text);
  }
  shown.set("list -a", await daemon.impOk("list", "--all"));
  shown.set("daemon.log", daemon.log);
  await eventually(
    "the status file has the job",
    () => Deno.readTextFileSync(daemon.paths.statusJson).includes('"web"'),
  );
  shown.set("status.json", Deno.readTextFileSync(daemon.paths.statusJson));
  return shown;
}

/** Directories and sockets, too. */
function listAll(directory: string): string[] {
  return [...Deno.readDirSync(directory)].flatMap((entry) => {
    const path = `${directory}/${entry.name}`;
    return entry.isDirectory ? [path, ...listAll(path)] : [path];
  });
}

function listFiles(directory: string): string[] {
  return listAll(directory).filter((path) => Deno.lstatSync(path).isFile);
}
