import { assertEquals } from "@std/assert";
import { hangUp } from "./hang_up.ts";

Deno.test("hangUp() tells the other side, also while the connection is being read", async () => {
  const path = `${Deno.makeTempDirSync()}/s`;
  using listener = Deno.listen({ transport: "unix", path });
  const [near, far] = await Promise.all([
    Deno.connect({ transport: "unix", path }),
    listener.accept(),
  ]);
  const reading = near.read(new Uint8Array(1)).catch(() => null);
  hangUp(near);
  assertEquals(await far.read(new Uint8Array(1)), null);
  hangUp(far);
  assertEquals(await reading, null);
});
