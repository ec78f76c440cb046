import type { BenchCase } from "../bench_case.ts";
import { interleave } from "../interleave.ts";
import { expectSuccess } from "../imp_contender.ts";

const MIB = 256;
const ROUNDS = 5;

/** Bytes through the daemon and back. */
export const exec: BenchCase = {
  name: "exec",
  summary: `${MIB} MiB through imp exec, beside a pipe`,
  async run(world) {
    const { box } = world.imp;
    const command = `head -c ${MIB * 1024 ** 2} /dev/zero`;
    const speed = (script: string) => async () => {
      const startedAtMs = performance.now();
      await expectSuccess(box, script);
      return MIB / ((performance.now() - startedAtMs) / 1_000);
    };
    const rows = await interleave([
      { name: "a pipe", measure: speed(`${command} | cat >/dev/null`) },
      { name: "imp exec", measure: speed(`imp exec -- ${command} | cat >/dev/null`) },
      { name: "imp run", measure: speed(`imp run -- ${command} | cat >/dev/null`) },
    ], { rounds: world.rounds(ROUNDS) });
    return { unit: "MiB/s", rows };
  },
};
