/** `deno task bench`: measures imp beside the floor, case by case, subjects in turn. */
import { parseArgs } from "@std/cli/parse-args";
import { endBoxes, findLeftovers } from "./bench_box.ts";
import type { BenchCase } from "./bench_case.ts";
import { type BenchWorldOptions, openBenchWorld } from "./bench_world.ts";
import { basename } from "@std/path";
import { exists } from "@std/fs/exists";
import { CASES } from "./cases/index.ts";
import { DenoPrograms } from "./deno_programs.ts";
import { NOT_MEASURED, PEERS } from "./peers/index.ts";
import { formatPicture } from "./picture.ts";
import {
  type BenchMachine,
  describeMachine,
  type FinishedCase,
  formatResult,
  formatSeconds,
  missedTargets,
} from "./report.ts";
import { formatResultsPage, handWritten, type ResultsPage } from "./results_page.ts";

/** Where install_peers.sh puts them unless told otherwise; IMP_BENCH_PEERS names another folder. */
const PEERS_FOLDER = Deno.env.get("IMP_BENCH_PEERS") ??
  new URL("../../dist/peers", import.meta.url).pathname;

const USAGE =
  `Usage: deno task bench [--only NAME]… [--peers] [--effort N] [--seed N] [--json FILE] [--page FILE]

  --only NAME     measure this case only; may be repeated
  --peers         measure the tools beside it that tests/bench/install_peers.sh has installed
  --effort N      measure N times as often (default 1; 0.1 for a first look)
  --seed N        the seed of every order by chance (default: one by chance, which is told)
  --json FILE     write the results there, too
  --page FILE     write them there as a page for people, and a picture beside it (FILE.svg);
                  docs/benchmarks.md is renewed, on a machine that does nothing else, by
                  deno task bench --peers --page docs/benchmarks.md

Cases:
${CASES.map(({ name, summary }) => `  ${name.padEnd(17)}${summary}`).join("\n")}`;

if (import.meta.main) Deno.exit(await runBench(Deno.args));

/** Exit code 0 when all targets hold, 1 when one does not, 2 for wrong usage. */
async function runBench(args: string[]): Promise<number> {
  const unknown: string[] = [];
  const flags = parseArgs(args, {
    string: ["only", "effort", "seed", "json", "page"],
    boolean: ["help", "peers"],
    collect: ["only"],
    alias: { help: "h" },
    unknown: (word) => void unknown.push(word),
  });
  const names: string[] = flags.only ?? [];
  const effort = Number(flags.effort ?? 1);
  const seed = Number(flags.seed ?? Math.floor(Math.random() * 2 ** 32));
  const strangers = names.filter((name) => !CASES.some((bench) => bench.name === name));
  if (unknown.length > 0 || strangers.length > 0 || !(effort > 0) || !Number.isInteger(seed)) {
    console.error(
      `bench: cannot make sense of ${
        [...unknown, ...strangers].join(" ") || "--effort or --seed"
      }\n${USAGE}`,
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
  console.log(`${peers}\nseed ${seed}`);
  const { json: jsonFile, page: pageFile } = flags;
  const command = ["deno task bench", ...args].join(" ");
  return await runCases(cases, { effort, seed, peersFolder, peers, jsonFile, pageFile, command });
}

async function describePeers(folder: string): Promise<string> {
  const there: string[] = [];
  const absent: string[] = [...NOT_MEASURED];
  for (const { name, program } of PEERS) {
    (await exists(`${folder}/bin/${program}`) ? there : absent).push(name);
  }
  return `peers: ${there.join(", ") || "none"}; absent: ${absent.join(", ") || "none"}`;
}

interface RunOptions {
  readonly effort: number;
  readonly seed: number;
  readonly peersFolder: string | undefined;
  readonly peers: string;
  readonly jsonFile: string | undefined;
  readonly pageFile: string | undefined;
  readonly command: string;
}

async function runCases(cases: readonly BenchCase[], options: RunOptions): Promise<number> {
  const startedAtMs = performance.now();
  await using programs = await DenoPrograms.open();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => void breakOff(programs));
  }
  const worldOptions = { ...options, programs };
  const finished: FinishedCase[] = [];
  const failures: string[] = [];
  const machine = await findMachine(worldOptions);
  console.log(Object.values(machine).join(" · "));
  for (const bench of cases) {
    const caseStartedAtMs = performance.now();
    try {
      await using world = await openBenchWorld(worldOptions);
      const result = await bench.run(world);
      finished.push({ bench, result, tookMs: performance.now() - caseStartedAtMs });
      console.log(`\n${formatResult(finished.at(-1)!)}`);
    } catch (error) {
      console.error(`\n${bench.name} BROKE OFF:`, error);
      failures.push(`${bench.name}: ${String(error).split("\n", 1)[0]}`);
    }
  }
  const leftovers = await findLeftovers();
  if (leftovers.length > 0) failures.push(`left running: ${JSON.stringify(leftovers)}`);
  const tookMs = performance.now() - startedAtMs;
  await writeResults(options, { machine, finished, failures, tookMs });
  const isMissed = finished.some(({ result }) => missedTargets(result).length > 0);
  return isMissed || failures.length > 0 ? 1 : 0;
}

async function breakOff(programs: DenoPrograms): Promise<void> {
  await Promise.allSettled([endBoxes(), programs[Symbol.asyncDispose]()]);
  Deno.exit(130);
}

async function writeResults(
  { command, peers, jsonFile, pageFile }: RunOptions,
  run: Omit<ResultsPage, "command" | "peers" | "byHand" | "picture">,
): Promise<void> {
  const { machine, finished, failures, tookMs } = run;
  console.log(
    `\ntook ${formatSeconds(tookMs)}; ${failures.join("; ") || "nothing is left running"}`,
  );
  if (jsonFile) {
    const results = Object.fromEntries(
      finished.map(({ bench, result, tookMs }) => [bench.name, { tookMs, ...result }]),
    );
    const text = JSON.stringify({ machine, command, peers, tookMs, results, failures }, null, 2);
    await Deno.writeTextFile(jsonFile, `${text}\n`);
  }
  if (pageFile) {
    const byHand = handWritten(await Deno.readTextFile(pageFile).catch(() => ""));
    const picture = formatPicture(finished);
    const pictureFile = `${pageFile.replace(/\.md$/, "")}.svg`;
    if (picture !== undefined) await Deno.writeTextFile(pictureFile, picture);
    const shown = picture === undefined ? undefined : basename(pictureFile);
    const page = { ...run, command, peers, byHand, picture: shown };
    await Deno.writeTextFile(pageFile, formatResultsPage(page));
    await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", pageFile, pictureFile] })
      .output();
  }
}

async function findMachine(options: BenchWorldOptions): Promise<BenchMachine> {
  await using world = await openBenchWorld(options);
  const { box } = world.imp;
  const version = await box.impOk(["--version"]);
  return await describeMachine(`${version.split("\n")[0]} (${box.executable.kind})`);
}
