/** The figures that people compare, as a picture: bars for each tool. */
import type { BenchRow } from "./bench_case.ts";
import { type FinishedCase, formatFigure } from "./report.ts";

/** Bars of one question. */
interface Panel {
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly { readonly name: string; readonly value: number }[];
}

/** Which rows are drawn: of which case, under which title, and how its subjects are called. */
const QUESTIONS = [
  {
    bench: "start-stop",
    title: "100 jobs up",
    subject: /^start 100: (?:(imp) start --all|(\S+))$/,
  },
  {
    bench: "start-stop",
    title: "100 jobs down",
    subject: /^stop 100: (?:(imp) start --all|(\S+))$/,
  },
  { bench: "list", title: "a list of 100 jobs", subject: /^(\S+) list, 100 jobs$/ },
];

const WIDTH = 720;
const LABEL = 130;
const FIGURE = 80;
const BAR = 16;
const GAP = 4;
const TITLE = 30;

/** The picture as SVG; undefined where nothing of it was measured. */
export function formatPicture(finished: readonly FinishedCase[]): string | undefined {
  const panels = [...QUESTIONS.flatMap((each) => toPanel(finished, each)), ...toMemory(finished)];
  if (panels.length === 0) return undefined;
  let top = 0;
  const drawn = panels.map((panel) => {
    const text = draw(panel, top);
    top += TITLE + panel.bars.length * (BAR + GAP) + GAP;
    return text;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${top}" ` +
    `font-family="sans-serif" font-size="12">`,
    // Readable on a page of either colour.
    `<rect width="${WIDTH}" height="${top}" fill="#ffffff"/>`,
    ...drawn,
    "</svg>",
    "",
  ].join("\n");
}

function toPanel(
  finished: readonly FinishedCase[],
  { bench, title, subject }: (typeof QUESTIONS)[number],
): Panel[] {
  const result = finished.find((each) => each.bench.name === bench)?.result;
  const bars = (result?.rows ?? []).flatMap((row: BenchRow) => {
    const name = subject.exec(row.subject)?.slice(1).find((each) => each !== undefined);
    return name === undefined ? [] : { name, value: row.figures.median };
  });
  return bars.length === 0 ? [] : [{ title, unit: result!.unit, bars: sorted(bars) }];
}

function toMemory(finished: readonly FinishedCase[]): Panel[] {
  const table = finished.find(({ bench }) => bench.name === "memory")?.result.table;
  const [jobs, own] = [table?.header.indexOf("jobs"), table?.header.indexOf("own")];
  const bars = (table?.rows ?? []).filter((row) => row[jobs!] === 100)
    .map((row) => ({ name: String(row[0]), value: Number(row[own!]) }));
  return bars.length === 0
    ? []
    : [{ title: "memory of its own with 100 jobs up", unit: "MiB", bars: sorted(bars) }];
}

function sorted(bars: Panel["bars"]): Panel["bars"] {
  return bars.toSorted((one, other) => one.value - other.value);
}

function draw({ title, unit, bars }: Panel, top: number): string {
  const most = Math.max(...bars.map(({ value }) => value));
  const room = WIDTH - LABEL - FIGURE;
  return [
    `<text x="0" y="${top + 20}" font-weight="bold">${escape(title)} (less is better)</text>`,
    ...bars.flatMap(({ name, value }, index) => {
      const y = top + TITLE + index * (BAR + GAP);
      const width = Math.max(1, value / most * room).toFixed(1);
      const color = name === "imp" ? "#0b7285" : "#adb5bd";
      const line = y + BAR - 4;
      return [
        `<text x="${LABEL - 8}" y="${line}" text-anchor="end">${escape(name)}</text>`,
        `<rect x="${LABEL}" y="${y}" width="${width}" height="${BAR}" fill="${color}"/>`,
        `<text x="${LABEL + Number(width) + 6}" y="${line}">${formatFigure(value, unit)}</text>`,
      ];
    }),
  ].join("\n");
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
