import type { ImpEvent } from "../protocol/event.ts";
import type { JobView } from "../protocol/job_view.ts";
import type { InputEvent } from "./key_input.ts";
import type { ScreenSize } from "./layout.ts";
import type { OutputBuffer } from "./output_buffer.ts";
import type { LineWish } from "./output_line.ts";
import type { OutputPage, PageWish } from "./output_window.ts";
import type { Arrival } from "./run_follower.ts";
import type { LinkState, OutputTarget, TuiState } from "./state.ts";

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
  /** When jobs have written last. */
  | { readonly type: "written"; readonly times: ReadonlyMap<string, number> }
  /** A run to look at; undefined is the last one, whichever that is. */
  | { readonly type: "run_chosen"; readonly jobId: string; readonly run: number | undefined }
  /** The job as it was in a run that was chosen. */
  | { readonly type: "run_told"; readonly run: number; readonly job: JobView }
  | { readonly type: "found"; readonly match: LineWish & { readonly run: number } }
  | { readonly type: "details"; readonly jobId: string; readonly lines: readonly string[] }
  /** A request went well (`text` may be empty), or did not. */
  | { readonly type: "note"; readonly text: string; readonly isError: boolean };

/** What the log files of the shown run said. */
export type OutputAction =
  /** The end of what it has written; `isNext`: behind that of the run before, which has ended. */
  | ShownRun & {
    readonly type: "output_opened";
    readonly page: OutputPage;
    readonly isNext: boolean;
  }
  | ShownRun & { readonly type: "output" } & Arrival
  | ShownRun & {
    readonly type: "output_page";
    readonly where: PageWish["where"];
    readonly page: OutputPage;
    readonly seek: OutputBuffer["seek"];
  }
  | ShownRun & { readonly type: "output_ended" };

interface ShownRun {
  readonly jobId: string;
  readonly run: number;
}

/** What the loop shall do about an action. */
export type ScreenEffect =
  | JobRequest
  | { readonly type: "refresh" }
  | { readonly type: "attach"; readonly jobId: string }
  | { readonly type: "details"; readonly jobId: string }
  /** The neighbour of a run of which output is kept. */
  | {
    readonly type: "step_run";
    readonly jobId: string;
    readonly run: number;
    readonly step: number;
  }
  | SearchEffect
  | { readonly type: "copy"; readonly text: string }
  | { readonly type: "pager"; readonly jobId: string; readonly run: number }
  /** A command line, as somebody would type it. */
  | { readonly type: "command"; readonly words: readonly string[]; readonly line: string }
  | { readonly type: "mouse"; readonly on: boolean }
  | { readonly type: "redraw" }
  | { readonly type: "suspend" }
  | { readonly type: "quit" };

/** To look for the next line that has the words, from a line on or from an end. */
export interface SearchEffect {
  readonly type: "search";
  readonly query: string;
  readonly isBackward: boolean;
  readonly target: OutputTarget;
  readonly from: LineWish | undefined;
  /** That line counts, too. */
  readonly isInclusive: boolean;
}

/** The new state, and what is to be done about it. */
export interface Reduction {
  readonly state: TuiState;
  readonly effects: readonly ScreenEffect[];
}

/** A wish for a job; `label` is how to call it in notes. */
export type JobRequest =
  & { readonly type: "request"; readonly jobIds: readonly string[]; readonly label: string }
  & (
    | { readonly request: "start" | "stop" | "restart" }
    | { readonly request: "remove"; readonly force: boolean }
    | { readonly request: "signal"; readonly signal: string }
  );
