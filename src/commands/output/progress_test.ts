import { assertEquals } from "@std/assert";
import {
  createFakeContext,
  createFakeStream,
  type FakeContextOptions,
} from "../../../tests/support/fake_context.ts";
import { withProgress } from "./progress.ts";

/** Work of a given length, in a context whose stderr is a terminal; resolves with what was shown. */
async function shownDuring(workMs: number, options: FakeContextOptions = {}): Promise<string> {
  const stderr = createFakeStream(80);
  const ctx = { ...createFakeContext(options), stderr };
  const work = Promise.withResolvers<string>();
  const result = withProgress(ctx, "Stopping", work.promise);
  await ctx.clock.advance(workMs);
  work.resolve("done");
  assertEquals(await result, "done");
  assertEquals(ctx.clock.pending, 0);
  return stderr.text();
}

Deno.test("withProgress() shows a sign of life only for what takes long, and takes it away", async () => {
  assertEquals(await shownDuring(300), "");
  assertEquals(await shownDuring(500), "\r⠋ Stopping\x1b[K\r⠙ Stopping\x1b[K\r\x1b[K");
});

Deno.test("withProgress() is silent with --quiet and --json", async () => {
  assertEquals(await shownDuring(500, { quiet: true }), "");
  assertEquals(await shownDuring(500, { json: true }), "");
});
