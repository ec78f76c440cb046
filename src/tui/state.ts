/**
 * `tui/` is the screen of `imp tui`: a pure state, a pure reducer, panels that draw the state, and one loop (run_tui.ts)
 * with everything that is not pure. It starts, stops and reads nothing itself: it sends requests and follows log files.
 */
import { isUp } from "../protocol/job_status.ts";
import type { JobView } from "../protocol/job_view.ts";
import { toPlainText } from "../text/clean_text.ts";
import { filterJobs, hasLiveRun, type JobItem } from "./job_list.ts";
import {
  type Layout,
  layoutScreen,
  outputViewport,
  type ScreenSize,
  TIME_WIDTH,
} from "./layout.ts";
import type { StreamName } from "../logs/log_paths.ts";
import { EMPTY_BUFFER, type OutputBuffer, type Viewport } from "./output_buffer.ts";
import type { LineWish } from "./output_line.ts";
import type { TextField } from "./text_field.ts";

/** Whether the daemon can be reached. */
export type LinkState = "connecting" | "connected" | "reconnecting";

/** What the user is being asked, or shown, in place of the usual keys. */
export type Mode =
  | { readonly kind: "normal" }
  | { readonly kind: "help"; readonly top: number }
  /** `before` is what comes back with Escape, `cursor` where in the filter one types. */
  | { readonly kind: "filter"; readonly before: string; readonly cursor: number }
  | { readonly kind: "remove"; readonly jobIds: readonly string[] }
  | { readonly kind: "restart_all" }
  /** What is looked for, and the words behind `imp add` and `imp set JOB`. */
  | { readonly kind: "search" | "new"; readonly typed: TextField }
  | { readonly kind: "edit"; readonly jobId: string; readonly typed: TextField }
  /** `lines` come when the daemon has answered. */
  | {
    readonly kind: "details";
    readonly jobId: string;
    readonly lines: readonly string[] | undefined;
    readonly top: number;
  }
  /** `typed` wins over the one picked from the list. */
  | {
    readonly kind: "signal";
    readonly jobId: string;
    readonly typed: TextField;
    readonly picked: number;
  };

/** A sentence in the footer, for a while. */
export interface Note {
  readonly text: string;
  readonly isError: boolean;
  readonly untilMs: number;
}

/** A run whose output is shown. */
export interface OutputTarget {
  readonly jobId: string;
  readonly run: number;
  /** False: nothing more will be written. */
  readonly isLive: boolean;
  /** What comes is shown, and the run that comes next. */
  readonly isFollowed: boolean;
  /** It is an earlier run, which the user has chosen. */
  readonly isPinned: boolean;
  readonly streams: readonly StreamName[];
}

/** Which streams are shown, in the order in which they are chosen. */
export const STREAM_CHOICES: readonly (readonly StreamName[])[] = [
  ["stdout", "stderr"],
  ["stdout"],
  ["stderr"],
];

/** What is looked for in the output, and where it was found last. */
export interface Search {
  readonly query: string;
  readonly match: (LineWish & { readonly run: number }) | undefined;
}

/** Everything that is on the screen. */
export interface TuiState {
  readonly daemonId: string;
  readonly size: ScreenSize;
  /** Wall-clock time of the last action. */
  readonly nowMs: number;
  readonly link: LinkState;
  /** Why the daemon cannot be reached, or how it came back. */
  readonly linkReason: string;
  /** False until the first snapshot. */
  readonly isLoaded: boolean;
  /** The jobs are as they were at this event: what is older says nothing new. */
  readonly seq: number;
  readonly jobs: readonly JobItem[];
  readonly selectedId: string | undefined;
  /** Where the selected job stands among those that the filter lets through. */
  readonly selectedIndex: number;
  /** Index of the first job that is seen. */
  readonly listTop: number;
  readonly filter: string;
  /** Jobs that keys are about together, instead of the selected one. */
  readonly marked: ReadonlySet<string>;
  /** When each job has written last, and up to when that was seen. */
  readonly written: ReadonlyMap<string, { readonly atMs: number; readonly seenMs: number }>;
  readonly focus: "list" | "output";
  readonly zoomed: boolean;
  readonly mouse: boolean;
  /** How wide the list is, or how high where it stands above the output, when the user has said so. */
  readonly listSize: { readonly columns?: number; readonly rows?: number };
  readonly isDragging: boolean;
  readonly mode: Mode;
  /** The run of the selected job that the user wants to see instead of the last. */
  readonly pinnedRun: number | undefined;
  /** The job as it was in that run, when that is known. */
  readonly pinnedJob: JobView | undefined;
  readonly streams: readonly StreamName[];
  readonly times: boolean;
  readonly search: Search | undefined;
  readonly output: OutputBuffer;
  /** The run that the lines of `output` come from. */
  readonly outputRun: { readonly jobId: string; readonly run: number } | undefined;
  readonly note: Note | undefined;
}

/** A state before anything is known. */
export function createState(
  options: { daemonId: string; size: ScreenSize; nowMs: number },
): TuiState {
  return {
    ...options,
    link: "connecting",
    linkReason: "",
    isLoaded: false,
    seq: 0,
    jobs: [],
    selectedId: undefined,
    selectedIndex: 0,
    listTop: 0,
    filter: "",
    marked: new Set(),
    written: new Map(),
    focus: "list",
    zoomed: false,
    mouse: true,
    listSize: {},
    isDragging: false,
    mode: { kind: "normal" },
    pinnedRun: undefined,
    pinnedJob: undefined,
    streams: STREAM_CHOICES[0]!,
    times: false,
    search: undefined,
    output: EMPTY_BUFFER,
    outputRun: undefined,
    note: undefined,
  };
}

/** The jobs that the filter lets through. */
export function visibleJobs(state: TuiState): readonly JobItem[] {
  return filterJobs(state.jobs, state.filter);
}

/** With this job of those that the filter lets through selected, or the nearest. */
export function selectAt(state: TuiState, index: number): TuiState {
  const jobs = visibleJobs(state);
  const item = jobs[Math.max(0, Math.min(index, jobs.length - 1))];
  return item ? { ...state, selectedId: item.job.id } : state;
}

/** The job that keys are about. */
export function selectedJob(state: TuiState): JobItem | undefined {
  return itemOf(state, state.selectedId);
}

/** The selected job as it was, or is, in the run that is shown. */
export function shownJob(state: TuiState): JobView | undefined {
  return state.pinnedJob ?? selectedJob(state)?.job;
}

/** The job of this id. */
export function itemOf(state: TuiState, id: string | undefined): JobItem | undefined {
  return id === undefined ? undefined : state.jobs.find(({ job }) => job.id === id);
}

/** The state's share-out of the screen. */
export function layoutOf(state: TuiState): Layout {
  return layoutScreen(state.size, { isZoomed: state.zoomed, listSize: state.listSize });
}

/** The room for lines of output. */
export function viewOf(state: TuiState): Viewport {
  const { width, height } = outputViewport(layoutOf(state));
  return { width: Math.max(1, width - (state.times ? TIME_WIDTH : 0)), height };
}

/** The run whose output is to be shown, if the selected job ever ran. */
export function outputTarget(state: TuiState): OutputTarget | undefined {
  const job = selectedJob(state)?.job;
  if (!job || job.run === 0) return undefined;
  const { output: { follow: isFollowed }, outputRun, pinnedRun, streams } = state;
  // Who stands still stays with the run that is seen.
  const held = isFollowed || outputRun?.jobId !== job.id ? undefined : outputRun.run;
  const run = held ?? pinnedRun ?? job.run;
  const isLive = run === job.run && hasLiveRun(job.status);
  return { jobId: job.id, run, isLive, isFollowed, isPinned: pinnedRun !== undefined, streams };
}

/** The jobs that keys are about: those that are marked, else the selected one. */
export function meantJobs(state: TuiState): JobView[] {
  const marked = state.jobs.filter(({ job }) => state.marked.has(job.id)).map(({ job }) => job);
  const selected = selectedJob(state)?.job;
  return marked.length > 0 || !selected ? marked : [selected];
}

/** True while something on the screen changes with time alone, or with what processes use. */
export function hasUpJobs(state: TuiState): boolean {
  return state.jobs.some(({ job }) => isUp(job.status));
}

/** How long a note stays; an error is read more slowly. */
const NOTE_MS = 4_000;
const ERROR_NOTE_MS = 10_000;

/** Shows a sentence in the footer for a while. */
export function withNote(state: TuiState, text: string, isError = false): TuiState {
  const untilMs = state.nowMs + (isError ? ERROR_NOTE_MS : NOTE_MS);
  return { ...state, note: { text: toPlainText(text), isError, untilMs } };
}
