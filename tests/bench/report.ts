/** Results as text and as JSON. */
import type { BenchCase, BenchResult, BenchTarget } from "./bench_case.ts";

/** The machine and the versions that the figures belong to. */
export interface BenchMachine {
  readonly date: string;
  readonly os: string;
  readonly cpus: number;
  readonly cpu: string;
  readonly deno: string;
  readonly imp: string;
}

/** A case's result as a table for people. */
export function formatResult(bench: BenchCase, result: BenchResult): string {
  const header = ["subject", "median", "min", "max", "n", "ratio"];
  const rows = result.rows.map(({ subject, figures, ratio }) => [
    subject,
    formatFigure(figures.median, result.unit),
    formatFigure(figures.min, result.unit),
    formatFigure(figures.max, result.unit),
    String(figures.count),
    ratio === undefined ? "" : `${ratio.toFixed(2)}×`,
  ]);
  const targets = (result.targets ?? []).map(formatTarget);
  const notes = (result.notes ?? []).map((note) => `note: ${note}`);
  return [`${bench.name}: ${bench.summary}`, ...align([header, ...rows]), ...targets, ...notes]
    .map((line, index) => index === 0 ? line : `  ${line}`).join("\n");
}

/** All results as a page: the machine, the command that measured, a table for each case, and what was not met. */
export function formatPage(
  machine: BenchMachine,
  command: string,
  results: readonly { bench: BenchCase; result: BenchResult }[],
): string {
  const missed = results.flatMap(({ bench, result }) =>
    (result.targets ?? []).filter((target) => !isMet(target)).map((target) =>
      `- \`${bench.name}\`: ${target.text}: ${target.measured.toFixed(2)}, at most ${target.atMost}`
    )
  );
  return [
    "# Results",
    "",
    "Written by `deno task bench --page`; do not edit. All figures of a case come from one run on one machine, the",
    "subjects in turn; `ratio` is against the first one. What counts is the ratio: the machine is a small one.",
    "",
    `- machine: ${machine.cpus} × ${machine.cpu}, ${machine.os}`,
    `- ${machine.imp}, Deno ${machine.deno}, ${machine.date}`,
    `- command: \`${command}\``,
    "",
    missed.length === 0 ? "All targets hold." : "Targets that do not hold here:\n",
    ...missed,
    ...results.flatMap(({ bench, result }) => ["", "```text", formatResult(bench, result), "```"]),
    "",
  ].join("\n");
}

/** True when every target of the result holds. */
export function meetsTargets(result: BenchResult): boolean {
  return (result.targets ?? []).every(isMet);
}

/** What can be found out about this machine. */
export async function describeMachine(imp: string): Promise<BenchMachine> {
  const cpuInfo = await Deno.readTextFile("/proc/cpuinfo").catch(() => "");
  return {
    date: new Date().toISOString().slice(0, 10),
    os: `${Deno.build.os} ${Deno.osRelease()}`,
    cpus: navigator.hardwareConcurrency,
    cpu: /^model name\s*: (.*)$/m.exec(cpuInfo)?.[1] ?? Deno.build.arch,
    deno: Deno.version.deno,
    imp,
  };
}

function isMet(target: BenchTarget): boolean {
  return target.measured <= target.atMost;
}

function formatTarget(target: BenchTarget): string {
  const verdict = isMet(target) ? "holds" : "DOES NOT HOLD";
  return `target: ${target.text}: ${
    target.measured.toFixed(2)
  }, at most ${target.atMost}: ${verdict}`;
}

function formatFigure(value: number, unit: string): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${unit}`.trimEnd();
}

function align(table: readonly (readonly string[])[]): string[] {
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  return table.map((row) =>
    row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)
    ).join("  ").trimEnd()
  );
}
