import { assertEquals } from "@std/assert";
import { wasRead } from "./was_read.ts";

Deno.test("wasRead() tells a file that was read since it was written", async () => {
  const path = await Deno.makeTempFile();
  const at = (ms: number) => new Date(1_700_000_000_000 + ms);
  await Deno.utime(path, at(0), at(0));
  assertEquals(wasRead(path), false);
  await Deno.utime(path, at(5), at(0));
  assertEquals(wasRead(path), true);
  await Deno.utime(path, at(5), at(9));
  assertEquals(wasRead(path), false);
  await Deno.remove(path);
  assertEquals(wasRead(path), false);
});
