import { assertEquals } from "@std/assert";
import { openLibc } from "../libc.ts";
import { listListeningSockets } from "./listening_sockets.ts";
import { readSocketTables } from "./socket_tables.ts";

// Stays open for good: opened here, so that it is not taken for a leak of the test.
openLibc();

Deno.test("listListeningSockets() tells what /proc/net/tcp tells, of listeners only", async () => {
  if (Deno.build.os !== "linux") return;
  using first = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  using second = Deno.listen({ hostname: "::", port: 0 });
  using _client = await Deno.connect({ hostname: "127.0.0.1", port: first.addr.port });
  using _accepted = await first.accept();
  const ports = [first.addr.port, second.addr.port];
  const [told, written] = [listListeningSockets(), readSocketTables()].map((sockets) =>
    sockets.filter(({ port }) => ports.includes(port))
  );
  assertEquals(told, written);
  assertEquals(told!.map(({ address, uid }) => [address, uid]), [
    ["127.0.0.1", Deno.uid()],
    ["::", Deno.uid()],
  ]);
});
