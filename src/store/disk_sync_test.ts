import { assertEquals } from "@std/assert";
import { DiskSync } from "./disk_sync.ts";

/** A disk whose syncs end when the test says so. */
function open() {
  const pending: PromiseWithResolvers<void>[] = [];
  const problems: string[] = [];
  const disk = new DiskSync({
    sync: () => {
      pending.push(Promise.withResolvers());
      return pending.at(-1)!.promise;
    },
    onProblem: (problem) => problems.push(problem),
  });
  const settle = () => {
    const state = { isDone: false };
    return { state, done: disk.settle().then(() => void (state.isDone = true)) };
  };
  return { disk, pending, problems, settle };
}

Deno.test("DiskSync does nothing when nothing was committed since", async () => {
  const { disk, pending, settle } = open();
  await settle().done;
  disk.commit();
  const first = settle();
  pending[0]!.resolve();
  await first.done;
  await settle().done;
  assertEquals(pending.length, 1);
});

Deno.test("DiskSync lets nobody go before a sync that began after his commit has ended, and shares it", async () => {
  const { disk, pending, settle } = open();
  disk.commit();
  const first = settle();
  const joined = settle();
  disk.commit();
  const [second, third] = [settle(), settle()];
  assertEquals(pending.length, 1);
  pending[0]!.resolve();
  await Promise.all([first.done, joined.done]);
  assertEquals([second.state.isDone, third.state.isDone, pending.length], [false, false, 2]);
  pending[1]!.resolve();
  await Promise.all([second.done, third.done]);
  assertEquals(pending.length, 2);
});

Deno.test("DiskSync names a problem once, lets nobody wait for ever, and tries again at the next", async () => {
  const { disk, pending, problems, settle } = open();
  for (const problem of ["no disk", "no disk", "no space", undefined, "no disk"]) {
    disk.commit();
    const one = settle();
    if (problem === undefined) pending.at(-1)!.resolve();
    else pending.at(-1)!.reject(new Error(problem));
    await one.done;
  }
  assertEquals([pending.length, problems], [5, ["no disk", "no space", "no disk"]]);
});
