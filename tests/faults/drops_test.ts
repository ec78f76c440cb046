/** What found no room, or was in the hands of a keeper that was killed, is told by everybody who shows the output. */
import { assert, assertEquals } from "@std/assert";
import { openBox } from "../support/box.ts";
import { findDiskKinds, mountDisk } from "../support/disk.ts";
import { readDropped } from "../support/keepers.ts";

const SUM = "196608 bytes of stdout were dropped: no room on the disk";
const UNKNOWN =
  "some bytes of stderr were dropped (how many is not known): what kept the output was killed";

Deno.test("F133 what was dropped is told by all who show the output, and goes with its run", async () => {
  await using box = await openBox();
  await box.impOk(["run", "-q", "--name", "web", "--", "sh", "-c", "echo one; echo err >&2"]);
  const { id, stdout_path, stderr_path } = await box.impJson(["show", "web"]);
  const now = Math.floor(Date.now() / 1_000) + 1;
  const [out, err] = [stdout_path, stderr_path].map((path) => path.replace(/log$/, "drops"));
  await Deno.writeTextFile(out, `${now} 65536 full\n${now + 1} 65536 full\n`);
  await Deno.writeTextFile(`${out}.65536`, "");
  await Deno.writeTextFile(err, `${now + 1} ? keeper\nhalf a li`);

  const [first, second, ...rest] = (await box.impOk(["logs", "web"])).split("\n");
  // The two streams need not have come in this order.
  assertEquals([first, second].sort(), ["err", "one"]);
  assertEquals(rest, [`[imp] ${id} (web): ${SUM}`, `[imp] ${id} (web): ${UNKNOWN}`, ""]);
  assertEquals(await box.impOk(["-q", "logs", "web"]), `${first}\n${second}\n`);
  const stdout = await box.imp(["stdout", "web"]);
  assertEquals([stdout.code, stdout.stdout, stdout.stderr], [0, "one\n", `imp: ${SUM}\n`]);
  const stderr = await box.imp(["stderr", "web"]);
  assertEquals([stderr.code, stderr.stdout, stderr.stderr], [0, "err\n", `imp: ${UNKNOWN}\n`]);

  const shown = await box.impOk(["show", "web"]);
  assert(shown.includes(`run 1: ${SUM}\n`) && shown.includes(`run 1: ${UNKNOWN}\n`), shown);
  const { drops } = await box.impJson(["show", "web"]);
  assertEquals(
    drops.map((
      { run, stream, bytes, reason }: Record<string, unknown>,
    ) => [run, stream, bytes, reason]),
    [[1, "stdout", 196_608, "full"], [1, "stderr", null, "keeper"]],
  );
  const [, notice] = (await box.impOk(["--json", "stdout", "web"])).trimEnd().split("\n")
    .map((line) => JSON.parse(line));
  assertEquals([notice.type, notice.notice, notice.bytes], ["notice", "dropped", 196_608]);

  await box.impOk(["rm", "web"]);
  for (const path of [out, err, `${out}.65536`]) {
    assertEquals((await box.shell(`test -e '${path}'`)).code, 1, path);
  }
});

Deno.test({
  name: "F133 on a full disk a job goes on, and who follows it is told what was dropped",
  ignore: !findDiskKinds("F133").includes("tmpfs"),
  async fn() {
    await using box = await openBox();
    await using disk = await mountDisk(box, `${box.root}/state`, { kind: "tmpfs" });
    await box.run(["mkfifo", "first", "second"]);
    const script =
      "echo begin; read -r x < first; seq 1 100000; read -r x < second; echo end; exit 5";
    await using run = box.startImp(["run", "--name", "big", "--", "sh", "-c", script]);
    await run.waitForStdout("begin\n");
    await using logs = box.startImp(["logs", "-f", "big"]);
    await logs.stdout.waitFor("begin\n");
    await disk.fill();
    await box.shell("echo > first");
    // Somebody reads there when everything before has been written, or dropped.
    await box.shell("echo > second");
    await disk.empty();
    const { code, stdout, stderr } = await run.result();
    assertEquals(code, 5);
    const { stdout_path } = await box.impJson(["show", "big"]);
    const { bytes, unknown, remarks } = readDropped(stdout_path);
    assert(remarks > 0 && unknown === 0, stderr);
    const told = [...stderr.matchAll(/^imp: (\d+) bytes of stdout were dropped/gm)];
    assertEquals(told.reduce((sum, [, count]) => sum + Number(count), 0), bytes);
    const whole = "begin\n".length + 588_895 + "end\n".length;
    assertEquals(stdout.length + bytes, whole);
    await logs.stdout.waitFor("bytes of stdout were dropped: no room on the disk");
  },
});
