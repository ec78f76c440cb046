import { isUp } from "../../protocol/job_status.ts";
import { labelOf } from "../job_list.ts";
import { shownHints } from "../footer_hints.ts";
import { helpLines } from "../keys.ts";
import { callJobs } from "../reduce_jobs.ts";
import { OFFERED_SIGNALS } from "../reduce_prompt.ts";
import { itemOf, type Mode, type TuiState } from "../state.ts";
import { clipText, fitText, textWidth } from "../../text/clean_text.ts";
import type { Paint } from "../paint.ts";
import { type TextField, viewField } from "../text_field.ts";
import { Lines } from "./lines.tsx";
import type { PanelProps } from "./panel_props.ts";

/** The last row: what is asked, else what just happened, else the keys. */
export function Footer({ state, layout, paint }: PanelProps) {
  const { width, height } = layout.footer;
  if (height === 0) return null;
  return <Lines width={width} height={1} lines={[footerLine({ state, width, paint })]} />;
}

function moreWords(mode: Mode & { kind: "help" | "details" }, { size }: TuiState): string {
  const count = mode.kind === "help" ? helpLines(size.columns - 1).length : mode.lines?.length ?? 0;
  const below = count - mode.top - (size.rows - 2);
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
      return filterLine(options, mode.cursor);
    case "remove":
      return removeLine(mode, options);
    case "signal":
      return signalLine(mode, options);
    case "help":
    case "details":
      return paint("dim", fitText(` ${moreWords(mode, state)}any other key closes this`, width));
    case "restart_all":
      return questionLine(["Restart all jobs?"], options);
    case "search":
      return typingLine({ typed: mode.typed, lead: "/", tail: "Enter searches" }, options);
    case "new":
      return typingLine({ typed: mode.typed, lead: "imp add ", tail: "a command" }, options);
    case "edit": {
      const job = itemOf(state, mode.jobId)?.job;
      const lead = `imp set ${job ? labelOf(job) : mode.jobId} `;
      return typingLine({ typed: mode.typed, lead, tail: "Enter changes it" }, options);
    }
    case "normal":
      if (note) return paint(note.isError ? "alarm" : "bold", clipText(` ${note.text} `, width));
      return hintLine(options);
  }
}

function filterLine(options: FooterOptions, cursor: number): string {
  const tail = "Enter keeps · Esc clears";
  return typingLine({ typed: { text: options.state.filter, cursor }, lead: "/", tail }, options);
}

function typingLine(
  { typed, lead, tail }: { typed: TextField; lead: string; tail: string },
  { width, paint }: FooterOptions,
): string {
  const called = clipText(lead, Math.floor(width / 2));
  const line = paint("bold", ` ${called}`) +
    typedText(typed, Math.max(1, width - textWidth(called) - 1), paint);
  const words = `  ${tail} `;
  const left = width - textWidth(line);
  return left < textWidth(words) ? line : line + paint("dim", words);
}

/** What is typed, with the cursor in it. */
function typedText(typed: TextField, width: number, paint: Paint): string {
  const { before, at, behind } = viewField(typed, width);
  return paint("bold", before) + paint("inverse", at) + paint("bold", behind);
}

function removeLine(
  mode: Mode & { kind: "remove" },
  options: FooterOptions,
): string {
  const jobs = mode.jobIds.flatMap((id) => itemOf(options.state, id)?.job ?? []);
  if (jobs.length === 0) return "";
  const what = jobs.some(({ status }) => isUp(status)) ? "Stop and remove" : "Remove";
  const whose = jobs.length === 1 ? "its" : "their";
  const label = callJobs(jobs);
  return questionLine([`${what} ${label} and ${whose} logs?`, `Remove ${label}?`], options);
}

/** The longest of the questions that fits, and how it is answered. */
function questionLine(questions: readonly string[], { width, paint }: FooterOptions): string {
  const answers = " y / n ";
  const fits = (question: string) => textWidth(question) + 1 + answers.length <= width;
  const question = questions.find(fits) ?? questions.at(-1)!;
  return paint("alarm", clipText(` ${question}`, width - answers.length) + answers);
}

function signalLine(
  mode: Mode & { kind: "signal" },
  { state, width, paint }: FooterOptions,
): string {
  const job = itemOf(state, mode.jobId)?.job;
  const label = job ? clipText(labelOf(job), Math.max(4, Math.floor(width / 4))) : "";
  const lead = paint("bold", ` signal to ${label}: `);
  if (mode.typed.text !== "") {
    return clipText(
      lead + typedText(mode.typed, Math.max(1, width - textWidth(lead)), paint),
      width,
    );
  }
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
  const { filter, hints } = shownHints(state);
  const line = hints.map(({ key, what }) => ` ${paint("bold", key)} ${paint("dim", what)} `)
    .join("");
  return clipText(paint("notice", filter) + line, width);
}
