/** Results as text and as JSON. */
import type { BenchCase, BenchResult, BenchRow, BenchTarget } from "./bench_case.ts";

/** The machine and the versions that the figures belong to. */
export interface BenchMachine {
  readonly date: string;
  readonly os: string;
  readonly cpus: number;
  readonly cpu: string;
  readonly deno: string;
  readonly imp: string;
}

/** A case that came to its end. */
export interface FinishedCase {
  readonly bench: BenchCase;
  readonly result: BenchResult;
  readonly tookMs: number;
}

/** With fewer samples than that, the 99th percentile is only the worst. */
const ENOUGH_FOR_P99 = 20;

/** A case's result as a table for people. */
export function formatResult({ bench, result, tookMs }: FinishedCase): string {
  const { rows, table, targets = [], notes = [] } = result;
  const tables = [
    ...rows.length > 0 ? formatRows(result) : [],
    ...table ? align([table.header, ...table.rows.map((row) => row.map(String))]) : [],
  ];
  const lines = [
    ...tables,
    ...targets.map(formatTarget),
    ...notes.map((note) => `note: ${note}`),
  ];
  const title = `${bench.name}: ${bench.summary} (took ${formatSeconds(tookMs)})`;
  return [title, ...lines.map((line) => `  ${line}`)].join("\n");
}

/** Whole seconds. */
export function formatSeconds(ms: number): string {
  return `${Math.round(ms / 1_000)} s`;
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

/** With three digits that count. */
export function formatFigure(value: number, unit: string): string {
  const size = Math.abs(value);
  const digits = Number.isInteger(value) && unit === "" || size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${unit}`.trimEnd();
}

function isMet({ measured, atMost = Infinity, atLeast = -Infinity }: BenchTarget): boolean {
  return measured <= atMost && measured >= atLeast;
}

/** `1.44, at most 1.25`: what was measured beside what is asked for. */
export function besideTarget({ measured, atMost, atLeast }: BenchTarget): string {
  const bound = atMost === undefined ? `at least ${atLeast}` : `at most ${atMost}`;
  return `${measured.toFixed(2)}, ${bound}`;
}

function formatTarget(target: BenchTarget): string {
  const verdict = isMet(target) ? "holds" : "DOES NOT HOLD";
  return `target: ${target.text}: ${besideTarget(target)}: ${verdict}`;
}

/** Columns that would be empty are left out. */
function formatRows({ rows, unit: common }: BenchResult): string[] {
  const formatted = rows.map(({ subject, figures, ratio, unit = common }) => {
    const { median, min, max, p99, count } = figures;
    const cell = (isTold: boolean, value: number) => isTold ? formatFigure(value, unit) : "";
    return [
      subject,
      formatFigure(median, unit),
      cell(count >= ENOUGH_FOR_P99, p99),
      cell(count > 1, min),
      cell(count > 1, max),
      String(count),
      formatRatio(ratio),
    ];
  });
  const all = [["subject", "median", "p99", "min", "max", "n", "ratio"], ...formatted];
  const isUsed = all[0]!.map((_, column) => formatted.some((row) => row[column] !== ""));
  return align(all.map((row) => row.filter((_, column) => isUsed[column])));
}

function formatRatio(ratio: BenchRow["ratio"]): string {
  return ratio === undefined ? "" : `${ratio.toFixed(2)}×`;
}

function align(table: readonly (readonly string[])[]): string[] {
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  return table.map((row) =>
    row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)
    ).join("  ").trimEnd()
  );
}
