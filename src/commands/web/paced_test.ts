import { assertEquals } from "@std/assert";
import { FakeClock } from "../../../tests/support/fake_clock.ts";
import { paced } from "./paced.ts";

const MIB = 1024 * 1024;

Deno.test("paced() passes on what comes at once, and then so much a second", async () => {
  const clock = new FakeClock();
  const { signal } = new AbortController();
  let written = 0;
  const write = paced((data) => {
    written += data.length;
    return Promise.resolve();
  }, { clock, signal });
  await write("x".repeat(2 * MIB));
  const next = write("x".repeat(500_000)).then(() => "room");
  assertEquals(written, 2 * MIB + 500_000);
  await clock.advance(499);
  assertEquals(await Promise.race([next, Promise.resolve("none")]), "none");
  await clock.advance(1);
  assertEquals(await next, "room");
  await clock.advance(10_000);
  await write("x".repeat(2 * MIB));
});
