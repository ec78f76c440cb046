import { assert, assertEquals } from "@std/assert";
import { openBox } from "../support/box.ts";
import { daemonPid } from "../support/daemon_pid.ts";
import { memoryOf } from "../support/process_facts.ts";

const MIB = 1024 * 1024;

/** More by hand: `IMP_FLOOD_MB=2000 deno test -A tests/e2e/bounded_output_test.ts`. */
const FLOOD_MB = Number(Deno.env.get("IMP_FLOOD_MB") ?? 100);
const MAY_GROW = 48 * MIB;

Deno.test("a job that writes ten times what is kept keeps its output within bounds, and its end is whole", async () => {
  await using box = await openBox();
  const lines = Math.max(13_000_000, FLOOD_MB * 20_000);
  const result = await box.imp([
    "add",
    "--name",
    "big",
    "--",
    "seq",
    "-f",
    "line %.0f of a job that talks a lot",
    `${lines}`,
  ]);
  assertEquals(result.code, 0, result.stderr);
  await box.imp(["wait", "big"], { deadlineMs: 300_000 });
  const job = await box.impJson(["show", "big"]);
  assertEquals(job.status, "exited");
  const { size, blocks } = await Deno.stat(job.stdout_path);
  assert(size <= 66 * MIB, `${size} bytes are kept`);
  const text = await Deno.readTextFile(job.stdout_path);
  assert(!text.includes("\0"), "the file has a hole");
  const kept = text.split("\n").slice(1, -1);
  const first = Number(kept[0]!.split(" ")[1]);
  kept.forEach((line, index) => {
    if (line !== `line ${first + index} of a job that talks a lot`) {
      throw new Error(`line ${first + index}: ${line}`);
    }
  });
  assertEquals(first + kept.length - 1, lines);
  const tail = await box.impOk(["logs", "-n", "100", "big"]);
  assertEquals(tail.trimEnd().split("\n").length, 100);
  assert(tail.endsWith(`line ${lines} of a job that talks a lot\n`));
  assert((blocks ?? 0) * 512 <= 70 * MIB);
});

Deno.test("F31 F106 whoever follows a run gets every byte, also of output that is larger than what is kept", async () => {
  await using box = await openBox();
  await using run = box.start([
    "sh",
    "-c",
    "imp run -- sh -c 'head -c 200000000 /dev/urandom | tee copy' | sha256sum",
  ]);
  const followed = (await run.result()).stdout;
  const wrote = (await box.shell("sha256sum < copy")).stdout;
  assertEquals(followed, wrote);
});

Deno.test({
  name: `F32 a follower that is stuck beside ${FLOOD_MB} MB of output costs the daemon no memory`,
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using box = await openBox();
    await box.run(["mkfifo", "gate"]);
    const flood = `echo READY; read go < gate; head -c ${FLOOD_MB}000000 /dev/zero | tr '\\0' x`;
    await box.impOk(["add", "--name", "flood", "--", "sh", "-c", flood]);
    await using follower = box.startImp(["logs", "-f", "flood"]);
    await follower.waitForStdout("READY");
    follower.kill("SIGSTOP");
    const pid = await daemonPid(box);
    const before = memoryOf(pid, "VmHWM");
    await box.shell("echo go > gate");
    let slowestMs = 0;
    while ((await box.impJson(["show", "flood"])).status === "running") {
      slowestMs = Math.max(slowestMs, (await box.impJson(["ping"])).round_trip_ms);
    }
    const grown = memoryOf(pid, "VmHWM") - before;
    console.log(
      `the daemon's peak grew by ${Math.round(grown / MIB)} MiB, slowest ping ${slowestMs} ms`,
    );
    assert(grown < MAY_GROW, `the daemon grew by ${grown} bytes`);
    assertEquals((await box.impJson(["show", "flood"])).exit_code, 0);
    follower.kill("SIGKILL");
    await follower.result();
  },
});
