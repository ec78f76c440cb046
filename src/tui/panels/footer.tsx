import { isUp } from "../../protocol/job_status.ts";
import { labelOf } from "../job_list.ts";
import { footerHints, helpLines, type HintWords } from "../keys.ts";
import { OFFERED_SIGNALS } from "../reduce_prompt.ts";
import { itemOf, type Mode, selectedJob, type TuiState } from "../state.ts";
import { clipText, fitText, textWidth } from "../../text/clean_text.ts";
import type { Paint } from "../paint.ts";
import { Lines } from "./lines.tsx";
import type { PanelProps } from "./panel_props.ts";

/** The last row: what is asked, else what just happened, else the keys. */
export function Footer({ state, layout, paint }: PanelProps) {
  const { width, height } = layout.footer;
  if (height === 0) return null;
  return <Lines width={width} height={1} lines={[footerLine({ state, width, paint })]} />;
}

function helpWords({ top }: Mode & { kind: "help" }, { size }: TuiState): string {
  const below = helpLines(size.columns - 1).length - top - (size.rows - 2);
  return below > 0 ? "↓ more · " : "";
}

interface FooterOptions {
  readonly state: TuiState;
  readonly width: number;
  readonly paint: Paint;
}

function footerLine(options: FooterOptions): string {
  const { state, width, paint } = options;
  const { mode, note } = state;
  switch (mode.kind) {
    case "filter":
      return filterLine(options);
    case "remove":
      return removeLine(mode, options);
    case "signal":
      return signalLine(mode, options);
    case "help":
      return paint("dim", fitText(` ${helpWords(mode, state)}any other key closes this`, width));
    case "normal":
      if (note) return paint(note.isError ? "alarm" : "bold", clipText(` ${note.text} `, width));
      return hintLine(options);
  }
}

function filterLine({ state, width, paint }: FooterOptions): string {
  const tail = "  Enter keeps · Esc clears ";
  const room = width - 3;
  // The end of what is typed is what one wants to see.
  const typed = textWidth(state.filter) <= room
    ? state.filter
    : "…" + Array.from(state.filter).slice(1 - room).join("");
  const line = paint("bold", ` /${typed}`) + paint("inverse", " ");
  const left = width - textWidth(line);
  return left < textWidth(tail) ? line : line + paint("dim", tail);
}

function removeLine(
  mode: Mode & { kind: "remove" },
  { state, width, paint }: FooterOptions,
): string {
  const job = itemOf(state, mode.jobId)?.job;
  if (!job) return "";
  const what = isUp(job.status) ? "Stop and remove" : "Remove";
  const answers = " y / n ";
  const long = ` ${what} ${labelOf(job)} and its logs?`;
  const question = textWidth(long) + answers.length <= width ? long : ` Remove ${labelOf(job)}?`;
  return paint("alarm", clipText(question, width - answers.length) + answers);
}

function signalLine(
  mode: Mode & { kind: "signal" },
  { state, width, paint }: FooterOptions,
): string {
  const job = itemOf(state, mode.jobId)?.job;
  const label = job ? clipText(labelOf(job), Math.max(4, Math.floor(width / 4))) : "";
  const lead = paint("bold", ` signal to ${label}: `);
  if (mode.typed !== "") return clipText(lead + mode.typed + paint("inverse", " "), width);
  const words = OFFERED_SIGNALS.map((name, index) =>
    index === mode.picked ? paint("selected", ` ${name} `) : ` ${name} `
  );
  // The picked one is always seen; those before it give way.
  let first = 0;
  const room = width - textWidth(lead);
  while (first < mode.picked && textWidth(words.slice(first, mode.picked + 1).join("")) > room) {
    first++;
  }
  return clipText(lead + words.slice(first).join(""), width);
}

function hintLine({ state, width, paint }: FooterOptions): string {
  const job = selectedJob(state)?.job;
  const hasJob = job ? undefined : null;
  const words: HintWords = {
    start_stop: job ? (isUp(job.status) ? "stop" : "start") : null,
    restart: hasJob,
    remove: hasJob,
    signal: hasJob,
    attach: job && isUp(job.status) && job.terminal_size !== undefined ? undefined : null,
    filter: state.jobs.length > 0 ? undefined : null,
    follow: job ? (state.output.follow ? "hold" : "follow") : null,
    wrap: hasJob,
    zoom: job ? (state.zoomed ? "back" : "zoom") : null,
  };
  const filter = state.filter === "" ? "" : ` /${state.filter} `;
  const shownFilter = clipText(filter, Math.floor(width / 3));
  const hints = footerHints(width - textWidth(shownFilter), words);
  const line = hints.map(({ key, what }) => ` ${paint("bold", key)} ${paint("dim", what)} `)
    .join("");
  return clipText(paint("notice", shownFilter) + line, width);
}
