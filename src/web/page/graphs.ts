/// <reference lib="dom" />
import uPlot from "uplot";
import { formatCpu, formatMemory } from "../../view/usage.ts";
import { element } from "./element.ts";
import type { Sample } from "./project_state.ts";

const HEIGHT = 96;
const AXIS_WIDTH = 48;
const LEAST_SPAN_S = 10;

/** One measure over time. */
interface Measure {
  readonly label: string;
  readonly color: string;
  readonly format: (value: number) => string;
  readonly of: (sample: Sample) => number | null;
}

const MEASURES: readonly Measure[] = [
  { label: "CPU", color: "--cpu", format: formatCpu, of: ({ cpu }) => cpu },
  { label: "Memory", color: "--memory", format: formatMemory, of: ({ memory }) => memory },
];

/** What a job uses, as long as somebody has been looking. */
export class Graphs {
  readonly root = element("div", { class: "graphs" });
  #plots: { plot: uPlot; measure: Measure }[] = [];
  #samples: readonly Sample[] = [];

  constructor() {
    new ResizeObserver(() => this.#resize()).observe(this.root);
    // Canvases know no style sheets.
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#make());
  }

  /** Shows these, the newest last. */
  show(samples: readonly Sample[]): void {
    this.#samples = samples;
    if (this.#plots.length === 0) this.#make();
    for (const { plot, measure } of this.#plots) plot.setData(toData(samples, measure));
  }

  #make(): void {
    for (const { plot } of this.#plots) plot.destroy();
    const figures = MEASURES.map(({ label }) =>
      element("figure", {}, element("figcaption", {}, label))
    );
    this.root.replaceChildren(...figures);
    this.#plots = MEASURES.map((measure, index) => ({
      measure,
      plot: new uPlot(
        optionsOf(measure, this.#width()),
        toData(this.#samples, measure),
        figures[index]!,
      ),
    }));
  }

  #width(): number {
    const { clientWidth } = this.root;
    return Math.max(120, clientWidth >= 520 ? Math.floor((clientWidth - 12) / 2) : clientWidth);
  }

  #resize(): void {
    for (const { plot } of this.#plots) plot.setSize({ width: this.#width(), height: HEIGHT });
  }
}

/** Never less than a span of time: a first sample alone would be drawn with years around it. */
function toData(samples: readonly Sample[], { of }: Measure): uPlot.AlignedData {
  const [times, values] = [samples.map(({ timeS }) => timeS), samples.map(of)];
  const startS = (times.at(-1) ?? 0) - LEAST_SPAN_S;
  const [firstS = startS] = times;
  return firstS <= startS ? [times, values] : [[startS, ...times], [null, ...values]];
}

function optionsOf({ color, format }: Measure, width: number): uPlot.Options {
  const styles = getComputedStyle(document.documentElement);
  const stroke = styles.getPropertyValue(color).trim();
  const text = styles.getPropertyValue("--dim").trim();
  const grid = { stroke: styles.getPropertyValue("--line").trim(), width: 1 };
  const font = "11px system-ui, sans-serif";
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    padding: [8, 8, 0, 0],
    scales: {
      y: { range: (_plot, _least, most) => [0, Math.max(most, 1) * 1.1] },
    },
    series: [{}, { stroke, width: 1.5, fill: `${stroke}33`, points: { show: false } }],
    axes: [
      { stroke: text, font, grid: { show: false }, ticks: { show: false }, size: 20, space: 70 },
      {
        ...{ stroke: text, font, grid, ticks: { show: false }, size: AXIS_WIDTH, space: 30 },
        values: (_plot, values) => values.map((value) => format(value)),
      },
    ],
  };
}
