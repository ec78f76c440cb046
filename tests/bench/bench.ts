/** `deno task bench`: measures imp beside the floor, case by case, subjects in turn. */
import { parseArgs } from "@std/cli/parse-args";
import type { BenchCase, BenchResult } from "./bench_case.ts";
import { type BenchWorldOptions, openBenchWorld } from "./bench_world.ts";
import { exists } from "@std/fs/exists";
import { CASES } from "./cases/index.ts";
import { NOT_MEASURED, PEERS } from "./peers/index.ts";
import { type BenchMachine, describeMachine, formatResult, missedTargets } from "./report.ts";
import { formatResultsPage } from "./results_page.ts";

/** Where install_peers.sh puts them unless told otherwise; IMP_BENCH_PEERS names another folder. */
const PEERS_FOLDER = Deno.env.get("IMP_BENCH_PEERS") ??
  new URL("../../dist/peers", import.meta.url).pathname;

const USAGE =
  `Usage: deno task bench [--only NAME]… [--peers] [--effort N] [--json FILE] [--page FILE]

  --only NAME     measure this case only; may be repeated
  --peers         measure the tools beside it that tests/bench/install_peers.sh has installed
  --effort N      measure N times as often (default 1; 0.1 for a first look)
  --json FILE     write the results there, too
  --page FILE     write them there as a page for people, such as tests/bench/RESULTS.md

Cases:
${CASES.map(({ name, summary }) => `  ${name.padEnd(17)}${summary}`).join("\n")}`;

if (import.meta.main) Deno.exit(await runBench(Deno.args));

/** Exit code 0 when all targets hold, 1 when one does not, 2 for wrong usage. */
async function runBench(args: string[]): Promise<number> {
  const unknown: string[] = [];
  const flags = parseArgs(args, {
    string: ["only", "effort", "json", "page"],
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
  const peers = peersFolder ? await describePeers(peersFolder) : "no peers were asked for";
  console.log(peers);
  const { json: jsonFile, page: pageFile } = flags;
  const command = ["deno task bench", ...args].join(" ");
  return await runCases(cases, { effort, peersFolder, peers, jsonFile, pageFile, command });
}

async function describePeers(folder: string): Promise<string> {
  const there: string[] = [];
  const absent: string[] = [...NOT_MEASURED];
  for (const { name, program } of PEERS) {
    (await exists(`${folder}/bin/${program}`) ? there : absent).push(name);
  }
  return `peers: ${there.join(", ") || "none"}; absent: ${absent.join(", ") || "none"}`;
}

interface RunOptions extends BenchWorldOptions {
  readonly peers: string;
  readonly jsonFile: string | undefined;
  readonly pageFile: string | undefined;
  readonly command: string;
}

async function runCases(cases: typeof CASES, options: RunOptions): Promise<number> {
  const startedAtMs = performance.now();
  const results: [BenchCase, BenchResult][] = [];
  const failures: string[] = [];
  const machine = await findMachine(options);
  console.log(Object.values(machine).join(" · "));
  for (const bench of cases) {
    try {
      await using world = await openBenchWorld(options);
      const result = await bench.run(world);
      results.push([bench, result]);
      console.log(`\n${formatResult(bench, result)}`);
    } catch (error) {
      console.error(`\n${bench.name} FAILED:`, error);
      failures.push(`${bench.name}: ${String(error).split("\n", 1)[0]}`);
    }
  }
  if (options.jsonFile) {
    const byName = Object.fromEntries(results.map(([bench, result]) => [bench.name, result]));
    const text = JSON.stringify({ machine, results: byName, failures }, null, 2);
    await Deno.writeTextFile(options.jsonFile, `${text}\n`);
  }
  if (options.pageFile) {
    const { command, peers } = options;
    const tookMs = performance.now() - startedAtMs;
    const page = formatResultsPage({ machine, command, peers, tookMs, results, failures });
    await Deno.writeTextFile(options.pageFile, page);
  }
  const isMissed = results.some(([, result]) => missedTargets(result).length > 0);
  return isMissed || failures.length > 0 ? 1 : 0;
}

async function findMachine(options: BenchWorldOptions): Promise<BenchMachine> {
  await using world = await openBenchWorld(options);
  const { box } = world.imp;
  const version = await box.impOk(["--version"]);
  return await describeMachine(`${version.split("\n")[0]} (${box.executable.kind})`);
}
