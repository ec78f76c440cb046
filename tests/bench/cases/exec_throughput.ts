import { hasTools, memoryOf } from "../../support/process_facts.ts";
import type { BenchCase } from "../bench_case.ts";
import { expectSuccess } from "../imp_contender.ts";
import { interleave } from "../interleave.ts";

const MIB = 1024;
const LEAST_RATIO = 0.7;
const ROUNDS = 3;
const BYTES_PER_MIB = 1024 ** 2;
/** What may stay with the daemon of all that passed through it. */
const MOST_GROWTH_MIB = 20;

/** Both ends of a pipe of Node's, over a unix socket. */
const NODE_PIPE = `const net = require("net"), { spawn } = require("child_process");
const path = process.argv[1];
const server = net.createServer((socket) => {
  spawn("cat", ["big.bin"], { stdio: ["ignore", "pipe", "inherit"] }).stdout.pipe(socket);
  server.close();
}).listen(path, () => net.connect(path).pipe(process.stdout));`;

/** Bytes through the daemon and back. */
export const execThroughput: BenchCase = {
  name: "exec-throughput",
  summary: `a file of ${MIB} MiB through imp exec, beside other ways through a pipe`,
  async run(world) {
    const { box } = world.imp;
    await expectSuccess(box, `head -c ${MIB * BYTES_PER_MIB} /dev/urandom > big.bin`);
    const speed = (script: string) => async () => {
      const startedAtMs = performance.now();
      await expectSuccess(box, script);
      return MIB / ((performance.now() - startedAtMs) / 1_000);
    };
    const socat = "socat -u -b 65536 EXEC:'cat big.bin',pipes - > /dev/null";
    const [daemon] = await world.imp.daemonPids();
    await expectSuccess(box, "imp exec -- head -c 33554432 big.bin >/dev/null");
    const before = memoryOf(daemon!, "VmRSS");
    const rows = await interleave([
      { name: "cat | cat", measure: speed("cat big.bin | cat > /dev/null") },
      { name: "imp exec", measure: speed("imp exec -- cat big.bin > /dev/null") },
      ...hasTools("socat") ? [{ name: "socat", measure: speed(socat) }] : [],
      ...hasTools("node")
        ? [{ name: "Node net", measure: speed(`node -e '${NODE_PIPE}' ./n.sock > /dev/null`) }]
        : [],
    ], { rounds: world.rounds(ROUNDS) });
    const growth = (memoryOf(daemon!, "VmHWM") - before) / BYTES_PER_MIB;
    return {
      unit: "MiB/s",
      rows,
      targets: [
        { text: "imp exec / cat | cat", measured: rows[1]!.ratio!, atLeast: LEAST_RATIO },
        { text: "growth of the daemon, MiB", measured: growth, atMost: MOST_GROWTH_MIB },
      ],
    };
  },
};
