import type { BenchCase } from "../bench_case.ts";
import { toRow } from "../single_row.ts";
import type { Box } from "../../support/box.ts";

const LINES = 100_000;
const ROUNDS = 6;
const LAGS_TOLD = 1_000;
/** Each line tells its number and when it was written. */
const SCRIPT = `for ((i = 0; i < ${LINES}; i++)); do echo $i $EPOCHREALTIME; done`;

/** One way to follow a writer. */
interface Follower {
  readonly name: string;
  readonly command: readonly string[];
  readonly totals: number[];
  readonly lags: number[];
}

/** Many short lines, followed while they are written. */
export const follow: BenchCase = {
  name: "follow",
  summary: `${LINES} short lines followed live: start to last line, and from written to read`,
  async run(world) {
    const { box } = world.imp;
    const writer = ["/bin/bash", "-c", SCRIPT];
    const tail = `bash -c '${SCRIPT}' > followed & tail -n +1 -s 0.01 -f followed --pid=$!`;
    const followers = [
      toFollower("a pipe", writer),
      toFollower("tail -f of a file", ["/bin/sh", "-c", tail]),
      toFollower("imp run", [...box.executable.command, "run", "--", ...writer]),
    ];
    for (let round = -1; round < world.rounds(ROUNDS); round++) {
      for (const follower of followers) {
        const { totalMs, lagsMs } = await followOnce(box, follower.command);
        if (round < 0) continue;
        follower.totals.push(totalMs);
        follower.lags.push(...lagsMs.filter((_, index) => index % (LINES / LAGS_TOLD) === 0));
      }
    }
    return {
      unit: "ms",
      rows: [
        ...followers.map(({ name, totals }) => toRow(`${name}: start to end`, ...totals)),
        ...followers.map(({ name, lags }) => toRow(`${name}: written to read`, ...lags)),
      ],
      notes: [
        `nothing was lost: every run had all lines in order (lag: every ${LINES / LAGS_TOLD}th)`,
      ],
    };
  },
};

function toFollower(name: string, command: readonly string[]): Follower {
  return { name, command, totals: [], lags: [] };
}

async function followOnce(
  box: Box,
  command: readonly string[],
): Promise<{ totalMs: number; lagsMs: number[] }> {
  const startedAtMs = performance.now();
  const chunks: { readonly bytes: Uint8Array; readonly atMs: number }[] = [];
  const onStdout = (bytes: Uint8Array) => {
    chunks.push({ bytes, atMs: performance.timeOrigin + performance.now() });
  };
  const { code, stderr } = await box.run(command, { onStdout });
  const totalMs = performance.now() - startedAtMs;
  if (code !== 0) throw new Error(`${command.join(" ")} ended with ${code}\n${stderr}`);
  return { totalMs, lagsMs: readLags(chunks) };
}

/** Throws unless every line is there, in order. */
function readLags(chunks: readonly { bytes: Uint8Array; atMs: number }[]): number[] {
  const decoder = new TextDecoder();
  const lags: number[] = [];
  let rest = "";
  for (const { bytes, atMs } of chunks) {
    const lines = (rest + decoder.decode(bytes)).split("\n");
    rest = lines.pop()!;
    for (const line of lines) {
      const [index, writtenAt] = line.split(" ");
      if (Number(index) !== lags.length) throw new Error(`Line ${lags.length} is "${line}"`);
      lags.push(atMs - Number(writtenAt) * 1_000);
    }
  }
  if (lags.length !== LINES) throw new Error(`${lags.length} of ${LINES} lines arrived`);
  return lags;
}
