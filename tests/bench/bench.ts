/** `deno task bench`: measures imp beside the floor, case by case, subjects in turn. */
import { parseArgs } from "@std/cli/parse-args";
import type { BenchResult } from "./bench_case.ts";
import { type BenchWorldOptions, openBenchWorld } from "./bench_world.ts";
import { exists } from "@std/fs/exists";
import { CASES } from "./cases/index.ts";
import { PEERS } from "./peers/index.ts";
import { describeMachine, formatResult, meetsTargets } from "./report.ts";

/** Where install_peers.sh puts them unless told otherwise; IMP_BENCH_PEERS names another folder. */
const PEERS_FOLDER = Deno.env.get("IMP_BENCH_PEERS") ??
  new URL("../../dist/peers", import.meta.url).pathname;

const USAGE = `Usage: deno task bench [--only NAME]… [--peers] [--effort N] [--json FILE]

  --only NAME   measure this case only; may be repeated
  --peers       measure the tools beside it that tests/bench/install_peers.sh has installed
  --effort N    measure N times as often (default 1; 0.1 for a first look)
  --json FILE   write the results there, too

Cases:
${CASES.map(({ name, summary }) => `  ${name.padEnd(17)}${summary}`).join("\n")}`;

if (import.meta.main) Deno.exit(await runBench(Deno.args));

/** Exit code 0 when all targets hold, 1 when one does not, 2 for wrong usage. */
async function runBench(args: string[]): Promise<number> {
  const unknown: string[] = [];
  const flags = parseArgs(args, {
    string: ["only", "effort", "json"],
    boolean: ["help", "peers"],
    collect: ["only"],
    alias: { help: "h" },
    unknown: (word) => void unknown.push(word),
  });
  const names: string[] = flags.only ?? [];
  const effort = Number(flags.effort ?? 1);
  const strangers = names.filter((name) => !CASES.some((bench) => bench.name === name));
  if (unknown.length > 0 || strangers.length > 0 || !(effort > 0)) {
    console.error(
      `bench: cannot make sense of ${[...unknown, ...strangers].join(" ") || "--effort"}\n${USAGE}`,
    );
    return 2;
  }
  if (flags.help) {
    console.log(USAGE);
    return 0;
  }
  const cases = CASES.filter(({ name }) => names.length === 0 || names.includes(name));
  const peersFolder = flags.peers ? PEERS_FOLDER : undefined;
  if (peersFolder) console.log(`absent peers: ${await findAbsent(peersFolder)}`);
  return await runCases(cases, { effort, peersFolder, jsonFile: flags.json });
}

async function findAbsent(folder: string): Promise<string> {
  const absent: string[] = [];
  for (const { name, program } of PEERS) {
    if (!await exists(`${folder}/bin/${program}`)) absent.push(name);
  }
  return absent.join(", ") || "none";
}

async function runCases(
  cases: typeof CASES,
  options: BenchWorldOptions & { jsonFile: string | undefined },
): Promise<number> {
  const results: Record<string, BenchResult> = {};
  let machine: unknown;
  for (const bench of cases) {
    await using world = await openBenchWorld(options);
    if (!machine) {
      const version = await world.imp.box.impOk(["--version"]);
      machine = await describeMachine(
        `${version.split("\n")[0]} (${world.imp.box.executable.kind})`,
      );
      console.log(Object.values(machine as object).join(" · "));
    }
    const result = await bench.run(world);
    results[bench.name] = result;
    console.log(`\n${formatResult(bench, result)}`);
  }
  if (options.jsonFile) {
    await Deno.writeTextFile(
      options.jsonFile,
      `${JSON.stringify({ machine, results }, null, 2)}\n`,
    );
  }
  return Object.values(results).every(meetsTargets) ? 0 : 1;
}
