import type { BenchCase } from "../bench_case.ts";
import { interleave } from "../interleave.ts";
import { timeToEnd } from "../time_command.ts";

const ROUNDS = 40;

/** The shortest way to the daemon and back, as a whole process. */
export const ask: BenchCase = {
  name: "ask",
  summary: "a sign of life from a warm daemon, as a whole process",
  async run(world) {
    const peers = await world.peers();
    const { box, ask } = world.imp;
    const imp = box.executable.command;
    const [empty, line] = [await world.program("empty"), await world.program("line")];
    const socket = `${box.root}/echo.sock`;
    await using echo = box.start([...await world.program("echo"), socket]);
    await echo.waitForStdout("READY");
    const rows = await interleave([
      { name: "empty program", measure: () => timeToEnd(box, empty) },
      { name: "a line over a raw socket", measure: () => timeToEnd(box, [...line, socket]) },
      { name: "imp ping", measure: () => timeToEnd(box, ask) },
      { name: "imp status", measure: () => timeToEnd(box, [...imp, "status"]) },
      { name: "imp --version", measure: () => timeToEnd(box, [...imp, "--version"]) },
      ...peers.map((peer) => ({
        name: peer.name,
        measure: () => timeToEnd(peer.box, peer.ask),
      })),
    ], { rounds: world.rounds(ROUNDS), warmup: 3 });
    return { unit: "ms", rows, notes: ["what imp itself takes is in start-up, more closely"] };
  },
};
