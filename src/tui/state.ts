/**
 * `tui/` is the screen of `imp tui`: a pure state, a pure reducer, panels that draw the state, and one loop (run_tui.ts)
 * with everything that is not pure. It starts, stops and reads nothing itself: it sends requests and follows log files.
 */
import type { InputEvent } from "./key_input.ts";
import type { ImpEvent } from "../protocol/event.ts";
import { isUp } from "../protocol/job_status.ts";
import type { JobView } from "../protocol/job_view.ts";
import { toPlainText } from "../text/clean_text.ts";
import { filterJobs, hasLiveRun, type JobItem } from "./job_list.ts";
import { type Layout, layoutScreen, type ScreenSize } from "./layout.ts";
import {
  EMPTY_BUFFER,
  type LineKind,
  type OutputBuffer,
  type OutputLine,
} from "./output_buffer.ts";

/** Whether the daemon can be reached. */
export type LinkState = "connecting" | "connected" | "reconnecting";

/** What the user is being asked, or shown, in place of the usual keys. */
export type Mode =
  | { readonly kind: "normal" }
  | { readonly kind: "help"; readonly top: number }
  /** `before` is what comes back with Escape. */
  | { readonly kind: "filter"; readonly before: string }
  | { readonly kind: "remove"; readonly jobId: string }
  /** `typed` wins over the one picked from the list. */
  | {
    readonly kind: "signal";
    readonly jobId: string;
    readonly typed: string;
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
  readonly focus: "list" | "output";
  readonly zoomed: boolean;
  readonly mouse: boolean;
  readonly mode: Mode;
  readonly output: OutputBuffer;
  /** The run that the lines of `output` come from. */
  readonly outputRun: { readonly jobId: string; readonly run: number } | undefined;
  readonly note: Note | undefined;
}

/** What can happen. The loop stamps the time with `tick` before each of them. */
export type Action =
  | { readonly type: "input"; readonly event: InputEvent }
  | { readonly type: "resize"; readonly size: ScreenSize }
  | { readonly type: "tick"; readonly nowMs: number }
  | { readonly type: "snapshot"; readonly jobs: readonly JobView[]; readonly seq: number }
  | { readonly type: "event"; readonly event: ImpEvent }
  | { readonly type: "usage"; readonly jobs: readonly JobView[] }
  | { readonly type: "link"; readonly link: LinkState; readonly reason?: string }
  | OutputAction
  /** A request went well (`text` may be empty), or did not. */
  | { readonly type: "note"; readonly text: string; readonly isError: boolean };

/** What the log files of the shown run said. */
export type OutputAction =
  | { readonly type: "output_opened"; readonly jobId: string; readonly run: number }
  | {
    readonly type: "output";
    readonly jobId: string;
    readonly run: number;
    readonly lines: readonly OutputLine[];
    readonly open: readonly OutputLine[];
  }
  | { readonly type: "output_ended"; readonly jobId: string; readonly run: number };

/** What the loop shall do about an action. */
export type ScreenEffect =
  | JobRequest
  | { readonly type: "refresh" }
  | { readonly type: "attach"; readonly jobId: string }
  | { readonly type: "mouse"; readonly on: boolean }
  | { readonly type: "redraw" }
  | { readonly type: "suspend" }
  | { readonly type: "quit" };

/** The new state, and what is to be done about it. */
export interface Reduction {
  readonly state: TuiState;
  readonly effects: readonly ScreenEffect[];
}

/** A wish for a job; `label` is how to call it in notes. */
export type JobRequest =
  & { readonly type: "request"; readonly jobId: string; readonly label: string }
  & (
    | { readonly request: "start" | "stop" | "restart" }
    | { readonly request: "remove"; readonly force: boolean }
    | { readonly request: "signal"; readonly signal: string }
  );

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
    focus: "list",
    zoomed: false,
    mouse: true,
    mode: { kind: "normal" },
    output: EMPTY_BUFFER,
    outputRun: undefined,
    note: undefined,
  };
}

/** The jobs that the filter lets through. */
export function visibleJobs(state: TuiState): readonly JobItem[] {
  return filterJobs(state.jobs, state.filter);
}

/** The job that keys are about. */
export function selectedJob(state: TuiState): JobItem | undefined {
  return itemOf(state, state.selectedId);
}

/** The job of this id. */
export function itemOf(state: TuiState, id: string | undefined): JobItem | undefined {
  return id === undefined ? undefined : state.jobs.find(({ job }) => job.id === id);
}

/** The state's share-out of the screen. */
export function layoutOf(state: TuiState): Layout {
  return layoutScreen(state.size, state.zoomed);
}

/** The run whose output is to be shown, if the selected job ever ran. */
export function outputTarget(state: TuiState): OutputTarget | undefined {
  const job = selectedJob(state)?.job;
  if (!job || job.run === 0) return undefined;
  return { jobId: job.id, run: job.run, isLive: hasLiveRun(job.status) };
}

/** True while something on the screen changes with time alone, or with what processes use. */
export function hasUpJobs(state: TuiState): boolean {
  return state.jobs.some(({ job }) => isUp(job.status));
}

/** A line of imp's own among a job's output. */
export function remark(text: string): OutputLine {
  const kind: LineKind = "remark";
  return { kind, text };
}

/** How long a note stays; an error is read more slowly. */
const NOTE_MS = 4_000;
const ERROR_NOTE_MS = 10_000;

/** Shows a sentence in the footer for a while. */
export function withNote(state: TuiState, text: string, isError = false): TuiState {
  const untilMs = state.nowMs + (isError ? ERROR_NOTE_MS : NOTE_MS);
  return { ...state, note: { text: toPlainText(text), isError, untilMs } };
}
