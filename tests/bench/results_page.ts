/** The page that a run of the benchmarks leaves behind. */
import type { BenchCase, BenchResult } from "./bench_case.ts";
import { type BenchMachine, formatResult, missedTargets } from "./report.ts";

/** What the page tells. */
export interface ResultsPage {
  readonly machine: BenchMachine;
  /** The exact words that were typed. */
  readonly command: string;
  /** Which tools were measured beside imp, and which were not there. */
  readonly peers: string;
  readonly tookMs: number;
  readonly results: readonly (readonly [BenchCase, BenchResult])[];
  /** What broke off, and why. */
  readonly failures: readonly string[];
}

/** The page in Markdown. */
export function formatResultsPage(page: ResultsPage): string {
  const { machine } = page;
  const missed = page.results.flatMap(([bench, result]) =>
    missedTargets(result).map(({ text, measured, atMost }) =>
      `- \`${bench.name}\`: ${text}: ${measured.toFixed(2)}, at most ${atMost}`
    )
  );
  return [
    "# Results",
    "",
    "Written by `deno task bench --page`; do not edit. Figures belong to the machine and the day: compare them within a table,",
    "whose subjects were measured in turn. The ratio is against the first line of the table, pair by pair.",
    "",
    `- ${machine.date}, ${machine.os}, ${machine.cpus} × ${machine.cpu}`,
    `- ${machine.imp}, measured with Deno ${machine.deno}`,
    `- ${page.peers}`,
    `- \`${page.command}\`, ${Math.round(page.tookMs / 1_000)} s`,
    "",
    missed.length === 0 ? "All targets hold." : "Targets that do not hold here:\n",
    ...missed,
    ...page.failures.map((failure) => `\nBroke off: ${failure}`),
    ...page.results.flatMap(([bench, result]) => [
      "",
      `## ${bench.name}`,
      "",
      "```text",
      formatResult(bench, result),
      "```",
    ]),
    "",
  ].join("\n");
}
