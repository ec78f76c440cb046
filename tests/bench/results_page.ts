/** The page that a run of the benchmarks leaves behind. */
import type { BenchCase, BenchResult } from "./bench_case.ts";
import { type BenchMachine, formatResult } from "./report.ts";

/** What the page tells. */
export interface ResultsPage {
  readonly machine: BenchMachine;
  /** The exact words that were typed. */
  readonly command: string;
  /** Which tools were measured beside imp, and which were not there. */
  readonly peers: string;
  readonly tookMs: number;
  readonly results: readonly (readonly [BenchCase, BenchResult])[];
}

/** The page in Markdown. */
export function formatResultsPage(page: ResultsPage): string {
  const { machine } = page;
  return [
    "# Results",
    "",
    "Written by the benchmarks; do not edit. Figures belong to the machine and the day: compare them within a table,",
    "whose subjects were measured in turn. The ratio is against the first line of the table, pair by pair.",
    "",
    `- ${machine.date}, ${machine.os}, ${machine.cpus} × ${machine.cpu}`,
    `- ${machine.imp}, measured with Deno ${machine.deno}`,
    `- ${page.peers}`,
    `- \`${page.command}\`, ${Math.round(page.tookMs / 1_000)} s`,
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
