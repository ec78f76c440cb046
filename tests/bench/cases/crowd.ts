import type { BenchCase } from "../bench_case.ts";
import { expectSuccess } from "../imp_contender.ts";
import { toRow } from "../single_row.ts";

const ROUNDS = 5;
const STARTERS = 50;
const CONNECTIONS = 200;

/** Many at once: with no daemon, and with one. */
export const crowd: BenchCase = {
  name: "crowd",
  summary: `${STARTERS} clients at once with no daemon; ${CONNECTIONS} connections at once to one`,
  async run(world) {
    const { imp } = world;
    const races: number[] = [];
    const connecting: number[] = [];
    for (let round = 0; round < world.rounds(ROUNDS); round++) {
      await imp.box.impOk(["nuke"]);
      races.push(
        await timed(async () => {
          const pids = await expectSuccess(
            imp.box,
            `seq ${STARTERS} | xargs -P ${STARTERS} -I{} imp ping --json | jq .pid | sort -u | wc -l`,
          );
          if (Number(pids) !== 1) throw new Error(`${STARTERS} clients found ${pids} daemons`);
        }),
      );
      (await imp.connect()).close();
      connecting.push(await timed(() => connectAll(world)));
    }
    return {
      unit: "ms",
      rows: [
        toRow(`${STARTERS} × imp ping, no daemon`, ...races),
        toRow(`${CONNECTIONS} connections, a ping on each`, ...connecting),
      ],
      notes: ["one daemon and no failure in every race"],
    };
  },
};

async function connectAll({ imp }: Parameters<BenchCase["run"]>[0]): Promise<void> {
  const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => imp.connect()));
  await Promise.all(clients.map((client) => client.request("ping", {})));
  await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()));
}

async function timed(action: () => Promise<void>): Promise<number> {
  const startedAtMs = performance.now();
  await action();
  return performance.now() - startedAtMs;
}
