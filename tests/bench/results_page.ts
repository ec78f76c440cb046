/** The page that a run of the benchmarks leaves behind. */
import {
  type BenchMachine,
  besideTarget,
  type FinishedCase,
  formatResult,
  missedTargets,
} from "./report.ts";

/** What the page tells. */
export interface ResultsPage {
  readonly machine: BenchMachine;
  /** The exact words that were typed. */
  readonly command: string;
  /** Which tools were measured beside imp, and which were not there. */
  readonly peers: string;
  readonly tookMs: number;
  readonly finished: readonly FinishedCase[];
  /** What broke off, and why. */
  readonly failures: readonly string[];
  /** What {@linkcode handWritten} found on the page before. */
  readonly byHand: string;
  /** Where the picture is, seen from the page, if there is one. */
  readonly picture?: string | undefined;
}

const BEGIN = "<!-- by hand -->";
const END = "<!-- end of what is by hand -->";

/** What stands between the marks of a page: the only part that a new page takes over from the old one. */
export function handWritten(page: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  return begin < 0 || end < begin ? "" : page.slice(begin + BEGIN.length, end).trim();
}

/** The page in Markdown. */
export function formatResultsPage(page: ResultsPage): string {
  const { machine, finished } = page;
  const missed = finished.flatMap(({ bench, result }) =>
    missedTargets(result).map((target) =>
      `- \`${bench.name}\`: ${target.text}: ${besideTarget(target)}`
    )
  );
  return [
    "# Results",
    "",
    "Written by `deno task bench --page`; what is by hand stands between two comments and is kept. Figures belong",
    "to the machine and the day: compare them within a table, whose subjects were measured in turn. The ratio is",
    "against the first line of the table, pair by pair.",
    "",
    `- ${machine.date}, ${machine.os}, ${machine.cpus} × ${machine.cpu}`,
    `- ${machine.imp}, measured with Deno ${machine.deno}`,
    `- ${page.peers}`,
    `- \`${page.command}\`, ${Math.round(page.tookMs / 1_000)} s`,
    "",
    ...page.picture === undefined ? [] : [`![imp beside the others](${page.picture})`, ""],
    missed.length === 0 ? "All targets hold." : "Targets that do not hold here:\n",
    ...missed,
    ...page.failures.map((failure) => `\nBroke off: ${failure}`),
    "",
    BEGIN,
    "",
    ...page.byHand ? [page.byHand, ""] : [],
    END,
    ...finished.flatMap((each) => [
      "",
      `## ${each.bench.name}`,
      "",
      "```text",
      formatResult(each),
      "```",
    ]),
    "",
  ].join("\n");
}
