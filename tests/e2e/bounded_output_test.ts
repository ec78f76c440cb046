import { assert, assertEquals } from "@std/assert";
import { openBox } from "../support/box.ts";

const MIB = 1024 * 1024;

Deno.test("a job that writes two gigabytes keeps its output within bounds, and its end is whole", async () => {
  await using box = await openBox();
  const lines = 40_000_000;
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
