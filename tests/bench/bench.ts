/** `deno task bench`: measures imp beside the floor, case by case, subjects in turn. */
import { parseArgs } from "@std/cli/parse-args";
import type { BenchResult } from "./bench_case.ts";
import { openBenchWorld } from "./bench_world.ts";
import { CASES } from "./cases/index.ts";
import { describeMachine, formatResult, meetsTargets } from "./report.ts";

const USAGE = `Usage: deno task bench [--only NAME]… [--effort N] [--json FILE]

  --only NAME   measure this case only; may be repeated
  --effort N    measure N times as often (default 1; 0.1 for a first look)
  --json FILE   write the results there, too

Cases:
${CASES.map(({ name, summary }) => `  ${name.padEnd(14)}${summary}`).join("\n")}`;

if (import.meta.main) Deno.exit(await runBench(Deno.args));

/** Exit code 0 when all targets hold, 1 when one does not, 2 for wrong usage. */
async function runBench(args: string[]): Promise<number> {
  const unknown: string[] = [];
  const flags = parseArgs(args, {
    string: ["only", "effort", "json"],
    boolean: ["help"],
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
  return await runCases(cases, { effort, jsonFile: flags.json });
}

async function runCases(
  cases: typeof CASES,
  { effort, jsonFile }: { effort: number; jsonFile: string | undefined },
): Promise<number> {
  const results: Record<string, BenchResult> = {};
  let machine: unknown;
  for (const bench of cases) {
    await using world = await openBenchWorld({ effort });
    if (!machine) {
      const version = await world.box.impOk(["--version"]);
      machine = await describeMachine(`${version.split("\n")[0]} (${world.box.executable.kind})`);
      console.log(Object.values(machine as object).join(" · "));
    }
    const result = await bench.run(world);
    results[bench.name] = result;
    console.log(`\n${formatResult(bench, result)}`);
  }
  if (jsonFile) {
    await Deno.writeTextFile(jsonFile, `${JSON.stringify({ machine, results }, null, 2)}\n`);
  }
  return Object.values(results).every(meetsTargets) ? 0 : 1;
}
