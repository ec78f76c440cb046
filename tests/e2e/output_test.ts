import { assert, assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { openBox } from "../support/box.ts";
import { memoryOf } from "../support/process_facts.ts";

const BYTES = 200_000_000;
/** How much more than at its start a process may hold at its peak; the output would not fit. */
const MAY_GROW = 96 * 1024 ** 2;
/** More than can be between the client and us: a pipe holds 64 KiB, and some is read ahead. */
const UNDER_WAY = 1024 ** 2;

Deno.test({
  name: "200 MB of output arrive byte for byte, and neither client nor daemon grows with them",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using box = await openBox();
    const daemon: number = (await box.impJson(["ping"])).pid;
    const daemonBefore = memoryOf(daemon, "VmHWM");
    const hash = createHash("sha256");
    let received = 0;
    let clientBefore = 0;
    let clientPeak = 0;
    await using run = box.startImp(
      ["run", "--", "sh", "-c", `head -c ${BYTES} /dev/urandom | tee written`],
      {
        onStdout(chunk) {
          received += chunk.length;
          hash.update(chunk);
          clientBefore ||= memoryOf(run.pid, "VmHWM");
          // It has not ended as long as more is to come than is under way; nor did its peak go down.
          if (BYTES - received > UNDER_WAY) clientPeak = memoryOf(run.pid, "VmHWM");
        },
      },
    );
    assertEquals((await run.result()).code, 0);
    assertEquals(received, BYTES);
    const written = await box.shell("sha256sum < written");
    assertEquals(hash.digest("hex"), written.stdout.slice(0, 64));
    assert(clientPeak - clientBefore < MAY_GROW, `the client grew by ${clientPeak - clientBefore}`);
    const daemonGrew = memoryOf(daemon, "VmHWM") - daemonBefore;
    assert(daemonGrew < MAY_GROW, `the daemon grew by ${daemonGrew}`);
  },
});

Deno.test("F74 the last words of a job are never cut off, however fast it ends", async () => {
  await using box = await openBox();
  for (const lines of [1, 10, 1_000, 100_000]) {
    const { stdout } = await box.imp(["run", "--", "seq", String(lines)]);
    assertEquals(stdout.length, seqLength(lines));
    assert(stdout.endsWith(`${lines}\n`));
  }
});

Deno.test("F117 what is no text comes through as it is", async () => {
  await using box = await openBox();
  const bytes = "\\000\\001\\033[31m\\377\\376\\n\\r\\303(";
  const { stdout } = await box.shell(
    `imp run -- printf '${bytes}' | od -An -tx1; printf '${bytes}' | od -An -tx1`,
  );
  const [through, direct] = stdout.trimEnd().split("\n");
  assertEquals(through, direct);
});

function seqLength(lines: number): number {
  return Array.from({ length: lines }, (_, index) => String(index + 1).length + 1)
    .reduce((sum, length) => sum + length, 0);
}
