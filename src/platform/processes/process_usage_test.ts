import { assert, assertEquals } from "@std/assert";
import { eventually } from "../../../tests/support/eventually.ts";
import { runScript, SpawnedRun } from "../../../tests/support/spawned_run.ts";
import { listeningPortsOf, sampleUsage, SocketOwners } from "./process_usage.ts";

Deno.test("sampleUsage() adds up a tree from its shim, also what left its group", async () => {
  await using run = runScript("sleep 1000 & setsid sleep 1000 & echo READY; wait");
  await run.announced();
  const usage = await eventually("all of it", () => {
    const [usage] = sampleUsage([[run.shimPid]]);
    return usage!.pids.length === 4 && usage;
  });
  assert(usage.memoryBytes > 200_000 && usage.memoryBytes < 50_000_000, String(usage.memoryBytes));
  assert(usage.cpuMs >= 0 && usage.cpuMs < 5_000);
  const pids = run.members().map((entry) => entry.pid);
  assertEquals(sampleUsage([[run.shimPid, ...pids]])[0]!.pids.length, 4, "nobody counts twice");
});

Deno.test("sampleUsage() sees CPU time grow, also that of children that have ended", async () => {
  await using run = runScript(
    "while :; do sh -c 'i=0; while [ $i -lt 5000 ]; do i=$((i+1)); done'; done",
  );
  await eventually("100 ms of CPU", () => sampleUsage([[run.shimPid]])[0]!.cpuMs >= 100);
});

Deno.test("sampleUsage() is zero for what is gone, for nobody, and keeps the order", async () => {
  await using run = runScript("echo READY; exec sleep 1000");
  await run.announced();
  const [gone, none, there] = sampleUsage([[999_999_999], [], [run.shimPid]]);
  assertEquals(gone, { cpuMs: 0, memoryBytes: 0, pids: [] });
  assertEquals(none, gone);
  assertEquals(there!.pids.length, 2);
  assertEquals(sampleUsage([]), []);
  assertEquals(sampleUsage([[0, 1, -1]])[0]!.pids.length, 0);
});

Deno.test("listeningPortsOf() finds the ports of a run's processes only", async () => {
  using own = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const script = `
    for my $host ("127.0.0.1", "::1") {
      push @sockets, IO::Socket::IP->new(Listen => 1, LocalAddr => $host, LocalPort => 0) or next;
    }
    print $_->sockport, "\\n" for grep { $_ } @sockets;
    $| = 1; print "READY\\n"; sleep 1000`;
  await using run = new SpawnedRun(["/usr/bin/perl", "-MIO::Socket::IP", "-e", script]);
  await run.announced();
  const ports = run.stdout().split("\n").filter((line) => /^\d+$/.test(line)).map(Number);
  const pids = run.members().map((entry) => entry.pid);
  assertEquals(listeningPortsOf([pids])[0], [...new Set(ports)].sort((a, b) => a - b));
  const { port } = own.addr as Deno.NetAddr;
  assertEquals(
    listeningPortsOf([[Deno.pid], [], pids, [999_999_999]]).map((it) => it.includes(port)),
    [
      true,
      false,
      false,
      false,
    ],
  );
});

Deno.test("listeningPortsOf() sees a socket that is opened or closed between two looks", async () => {
  const owners = new SocketOwners();
  const look = () => listeningPortsOf([[Deno.pid]], owners)[0]!;
  const listen = () => Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const portOf = (listener: Deno.Listener) => (listener.addr as Deno.NetAddr).port;
  using first = listen();
  for (let count = 0; count < 3; count++) assert(look().includes(portOf(first)));
  const second = listen();
  const { port } = second.addr as Deno.NetAddr;
  assert(look().includes(port) && look().includes(portOf(first)));
  second.close();
  // Another thread of the tests that is just starting a child has handed it on to that, until its exec.
  await eventually("it is gone", () => !look().includes(port));
  assert(look().includes(portOf(first)));
});

Deno.test("SocketOwners looks at a process when it or a socket is new, and at everybody now and then", () => {
  const reads: number[] = [];
  const owners = new SocketOwners((pid) => {
    reads.push(pid);
    return [`of ${pid}`, "no listener"];
  });
  const look = (pids: number[], sockets: number[]) => {
    reads.length = 0;
    const portOf = owners.createReader(new Map(sockets.map((pid) => [`of ${pid}`, 8_000 + pid])));
    return [pids.flatMap(portOf), [...reads]];
  };
  assertEquals(look([1, 2], [1]), [[8_001], [1, 2]]);
  assertEquals(look([1, 2], [1]), [[8_001], []]);
  assertEquals(look([1, 2, 3], [1]), [[8_001], [3]]);
  assertEquals(look([1, 3], [1, 3]), [[8_001, 8_003], [1, 3]]);
  assertEquals(look([1, 2, 3], [1, 3]), [[8_001, 8_003], [2]]);
  assertEquals(look([1, 2, 3], [3]), [[8_003], []]);
  assertEquals(look([1], []), [[], []]);
  const again = Array.from({ length: 22 }, () => look([1], [3])[1]!.length);
  assertEquals(again.filter((count) => count > 0).length, 2);
});
