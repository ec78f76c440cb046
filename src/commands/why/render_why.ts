import { formatDuration } from "../../base/duration.ts";
import { escapeLabel } from "../../base/terminal_text.ts";
import { isUp } from "../../protocol/job_status.ts";
import type { RunChanges } from "../../protocol/run_changes.ts";
import { callJob, nameJob } from "../output/job_text.ts";
import { formatLeftProcess } from "../output/left_text.ts";
import type { Judgment } from "./cause.ts";
import type { ToldRun, WhyFacts } from "./why_facts.ts";
import { formatStatus } from "../../view/status_words.ts";
import { formatCoarse } from "../../view/times.ts";

/** How much an answer may be. */
export interface WhyBudget {
  readonly maxBytes: number;
  /** Lines of output, where there is room for them. */
  readonly maxLines: number;
}

const FIRST_LINE_BYTES = 420;
const LINE_BYTES = 220;
const MOST_NAMES = 6;
/** Places inside of runtimes, where nobody has made a mistake. */
const NOISE =
  /^\s*at .*(?:\bnode:|\bext:|<anonymous>\)?$)|^\s*at \.\/|^\s*\d+: <unknown>$|^\s*\d+: __libc_|^Stack backtrace:$|^Node\.js v\d/;
const encoder = new TextEncoder();

/** The first line of an answer, which is an answer by itself: `V3x (api) failed (1): port 3000 is taken: …`. */
export function firstLine(
  { job }: WhyFacts,
  { message }: Judgment,
  most = FIRST_LINE_BYTES,
): string {
  const isWaiting = job.waiting_for !== undefined && !isUp(job.status);
  const status = isWaiting ? "waiting" : formatStatus(job);
  // The status says the code already.
  const said = status.endsWith(")") ? withoutCode(message) : message;
  return cut(`${nameJob(job)} ${status}: ${said}`, most);
}

/** A message behind something that says the exit code. */
export function withoutCode(message: string): string {
  return message.replace(/^exit code \d+: /, "");
}

/** The whole answer as text, no longer than its budget: what matters most comes first, output fills the rest. */
export function renderWhy(
  facts: WhyFacts,
  judgment: Judgment,
  { maxBytes, maxLines }: WhyBudget,
): string {
  const { hint } = judgment;
  const head = [firstLine(facts, judgment, Math.min(FIRST_LINE_BYTES, maxBytes - 1))];
  const next = hint === undefined ? [] : [`next: ${cut(hint, LINE_BYTES)}`];
  const room = () => maxBytes - sizeOf([...head, ...next]);
  for (const line of middleOf(facts, judgment)) {
    const shown = cut(line, LINE_BYTES);
    if (sizeOf([shown]) <= room()) head.push(shown);
  }
  head.push(...outputOf(facts, room(), maxLines));
  const whole = sizeOf([...head, ...next]) <= maxBytes ? [...head, ...next] : head;
  return `${whole.join("\n")}\n`;
}

function middleOf(facts: WhyFacts, { also, reason }: Judgment): string[] {
  const { left, changes } = facts;
  return [
    ...runLine(facts),
    ...also.map(({ message }) => `also: ${message}`),
    ...changes !== undefined && isBad(reason) ? [describeChanges(changes)] : [],
    ...left.length > 0 ? [`left running: ${left.map(formatLeftProcess).join("; ")}`] : [],
  ];
}

/** What has changed explains no good end, and nothing that was asked for. */
function isBad(reason: string): boolean {
  return !/^(?:ok|exit\.ok|stop|restart|schedule|start\.(?:never|under_way)|dependency)/.test(
    reason,
  );
}

/** `run 7 took 1.2s, ended 3m ago; restarted 3 times`. */
function runLine({ job, current, last, nowMs }: WhyFacts): string[] {
  const run = (current ?? last)?.run;
  if (run === undefined) return [];
  const ended = run.finished_at === null
    ? `goes on since ${formatCoarse(nowMs - Date.parse(run.started_at))}`
    : `took ${formatDuration(run.duration_ms ?? 0)}, ended ${
      formatCoarse(nowMs - Date.parse(run.finished_at))
    } ago`;
  const restarts = job.restarts === 0 ? "" : `; restarted ${job.restarts} times`;
  return [`run ${run.run} ${ended}${restarts}`];
}

/** What is different since the last run that went well: names, never values. */
function describeChanges(changes: RunChanges): string {
  const { since_run, definition, env_added, env_removed, env_changed } = changes;
  const parts = [
    ...definition.length > 0 ? [listOf(definition)] : [],
    ...env_changed.length > 0 ? [`environment ${listOf(env_changed)}`] : [],
    ...env_added.length > 0 ? [`new in the environment ${listOf(env_added)}`] : [],
    ...env_removed.length > 0 ? [`no more in the environment ${listOf(env_removed)}`] : [],
  ];
  if (parts.length === 0) return `defined as in run ${since_run}, the last that went well`;
  return `changed since run ${since_run}, the last that went well: ${parts.join("; ")}`;
}

function listOf(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).map(escapeLabel).join(", ");
  return names.length > MOST_NAMES ? `${shown} and ${names.length - MOST_NAMES} more` : shown;
}

/** What a run said last: on stderr, or where that is silent on stdout. */
export function saidLast(told: ToldRun | undefined): { stream: string; lines: readonly string[] } {
  if (told === undefined) return { stream: "stderr", lines: [] };
  const { stderr, stdout } = told;
  return stderr.some((line) => line.trim() !== "")
    ? { stream: "stderr", lines: stderr }
    : { stream: "stdout", lines: stdout };
}

function outputOf({ job, current, last }: WhyFacts, room: number, maxLines: number): string[] {
  const told = current ?? last;
  // What serves, or ended well, has nothing to explain.
  if (told === undefined || (current !== undefined && job.ready) || told.run.is_good) return [];
  const { stream, lines } = saidLast(told);
  const wanted = lines.filter((line) => line.trim() !== "" && !NOISE.test(line)).slice(-maxLines);
  const title = (count: number) => `${stream}, the last ${count}${more(count, lines.length)}:`;
  const shown: string[] = [];
  let size = sizeOf([title(100)]);
  for (const line of wanted.toReversed()) {
    const text = `  ${cut(line.trimEnd(), LINE_BYTES)}`;
    size += sizeOf([text]);
    if (size > room) break;
    shown.unshift(text);
  }
  if (shown.length === 0) return [];
  return [title(shown.length).replace("JOB", callJob(job)), ...shown];
}

function more(count: number, all: number): string {
  return count < all ? ` lines (imp logs JOB for more)` : count === 1 ? " line" : " lines";
}

/** In UTF-8, with the newlines. */
function sizeOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + encoder.encode(line).length + 1, 0);
}

/** No more bytes than `most`, with a mark where something is left out; never half a character. */
export function cut(text: string, most: number): string {
  const bytes = encoder.encode(text);
  if (bytes.length <= most) return text;
  const part = new TextDecoder().decode(bytes.subarray(0, Math.max(0, most - 3)), { stream: true });
  return `${part.replace(/\uFFFD+$/, "")}…`;
}
