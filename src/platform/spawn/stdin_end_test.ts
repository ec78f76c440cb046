import { assertEquals, assertRejects } from "@std/assert";
import { AppError } from "../../base/app_error.ts";
import { eventually } from "../../../tests/support/eventually.ts";
import { FifoWriter } from "../fifo_writer.ts";
import { openLibc } from "../libc.ts";
import { reapChild } from "../own_children.ts";
import { systemClock } from "../system_clock.ts";
import { Descriptors } from "./descriptors.ts";
import { spawnHolder } from "./keeper.ts";
import { openRunStdin } from "./run_stdin.ts";
import { endStdin, stdinStateOf } from "./stdin_end.ts";

const { close: closeNow } = openLibc();
const close = (fd: number) => void closeNow(fd);

Deno.test("endStdin() has a holder let go, and a holder goes with those who hold its lifeline", async () => {
  const dir = await Deno.makeTempDir();
  const stdinPath = `${dir}/stdin`;
  const run = { stateDir: dir, runId: "V3x-1", stdinPath };
  const end = { path: `${dir}/stdin.end`, shimPid: undefined, mark: `V3x-1.stdin ${dir}` };
  try {
    assertEquals(stdinStateOf(end), "endless");
    const error = await assertRejects(() => endStdin(end, systemClock), AppError);
    assertEquals(error.code, "job.stdin_endless");
    for (const how of ["told", "alone"]) {
      // Closed one by one, as those end who have them.
      const { holder, lifeline, read } = openRunStdin(new Descriptors(), run);
      const pid = spawnHolder(holder!);
      [holder!.input, holder!.held].forEach(close);
      assertEquals(stdinStateOf(end), "open");
      if (how === "told") await endStdin(end, systemClock);
      [lifeline!, read].forEach(close);
      await eventually("it is gone", () => reapChild(pid));
      // A child that another thread of the tests is just starting has its end, too, until its exec.
      await eventually("nobody reads", () => {
        using writer = FifoWriter.open(stdinPath);
        return writer === undefined;
      });
      assertEquals(stdinStateOf(end), "ended");
    }
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
