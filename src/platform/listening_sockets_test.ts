import { assertEquals } from "@std/assert";
import { openLibc } from "./libc.ts";
import { readListeningSockets } from "./listening_sockets.ts";

// Stays open for good: opened here, so that it is not taken for a leak of the test.
openLibc();

Deno.test("readListeningSockets() tells what /proc/net/tcp tells, of listeners only", async () => {
  if (Deno.build.os !== "linux") return;
  using first = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  using second = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  using _client = await Deno.connect({ hostname: "127.0.0.1", port: first.addr.port });
  using _accepted = await first.accept();
  const found = readListeningSockets();
  // Without the kernel's sock_diag module the tables are read.
  if (found === undefined) return;
  const ours = new Map(
    [...found].filter(([, port]) => port === first.addr.port || port === second.addr.port),
  );
  assertEquals(ours, readTable([first.addr.port, second.addr.port]));
  assertEquals(ours.size, 2);
});

function readTable(ports: readonly number[]): Map<string, number> {
  const listening = "0A";
  const lines = Deno.readTextFileSync("/proc/net/tcp").split("\n").slice(1)
    .map((line) => line.trim().split(/\s+/)).filter((words) => words[3] === listening);
  return new Map(
    lines.map((words) => [words[9]!, parseInt(words[1]!.split(":")[1]!, 16)] as const)
      .filter(([, port]) => ports.includes(port)),
  );
}
