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

/** The targets of a result that do not hold. */
export function missedTargets(result: BenchResult): BenchTarget[] {
  return (result.targets ?? []).filter((target) => !isMet(target));
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
