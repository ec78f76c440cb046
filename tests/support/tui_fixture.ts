/** Jobs and states of the screen, as tests want them. */
import type { ImpEvent } from "../../src/protocol/event.ts";
import type { JobView } from "../../src/protocol/job_view.ts";
import type { Action, ScreenEffect } from "../../src/tui/action.ts";
import type { OutputLine } from "../../src/tui/output_line.ts";
import { noteKept, type OutputPage } from "../../src/tui/output_window.ts";
import { reduce } from "../../src/tui/reducer.ts";
import { createState, type TuiState } from "../../src/tui/state.ts";

/** When these tests take place. */
export const NOW_MS = Date.parse("2026-11-21T12:00:00.000Z");

/** A time so many seconds before {@linkcode NOW_MS}. */
export function secondsAgo(seconds: number): string {
  return new Date(NOW_MS - seconds * 1_000).toISOString();
}

/** A running job. */
export function toJob(id: string, changes: Partial<JobView> = {}): JobView {
  return {
    id,
    name: `job-${id}`,
    description: null,
    command: ["make", "serve"],
    workdir: "/project",
    status: "running",
    desired: "up",
    ready: true,
    pid: 4242,
    exit_code: null,
    signal: null,
    reason: null,
    run: 1,
    restarts: 0,
    restart_policy: "no",
    stop_signal: "SIGTERM",
    stop_timeout_ms: 10_000,
    created_at: secondsAgo(3_600),
    started_at: secondsAgo(125),
    finished_at: null,
    next_start_at: null,
    stdout_path: `/logs/${id}/1.stdout.log`,
    stderr_path: `/logs/${id}/1.stderr.log`,
    ports: [],
    cpu_percent: null,
    memory_bytes: null,
    ...changes,
  };
}

/** What a job looks like that is not up. */
export const DOWN: Partial<JobView> = {
  status: "exited",
  desired: "down",
  ready: false,
  pid: null,
  exit_code: 0,
  started_at: secondsAgo(200),
  finished_at: secondsAgo(180),
};

/** So many jobs with ids `a00`, `a01`, …, in the order they were made. */
export function toJobs(count: number): JobView[] {
  return Array.from(
    { length: count },
    (_, index) =>
      toJob(`a${String(index).padStart(2, "0")}`, { created_at: secondsAgo(9_000 - index) }),
  );
}

/** An event about a job. */
export function toJobEvent(seq: number, job: JobView, event = "job_updated"): ImpEvent {
  return {
    event: event as ImpEvent["event"],
    seq,
    time: secondsAgo(0),
    job_id: job.id,
    data: { ...job },
  };
}

/** A page of a run of which nothing else is kept. */
export function toPage(run: number, changes: Partial<OutputPage> = {}): OutputPage {
  const nowhere = { from: {}, to: {}, readTo: {}, hasBefore: false, hasAfter: false };
  return { run, lines: [], open: [], ...nowhere, ...changes };
}

/** The output of a run begins to be shown. */
export function toOpened(jobId: string, run: number, isNext = false): Action {
  return { type: "output_opened", jobId, run, page: toPage(run), isNext };
}

/** A state after some actions, which are keys where they are text. */
export class TuiWorld {
  state: TuiState;
  readonly effects: ScreenEffect[] = [];

  constructor(size = { columns: 80, rows: 24 }, jobs?: readonly JobView[]) {
    this.state = createState({ daemonId: "web-1a2b3c4d", size, nowMs: NOW_MS });
    if (jobs) this.do({ type: "link", link: "connected" }, { type: "snapshot", jobs, seq: 1 });
  }

  do(...actions: (Action | string)[]): this {
    for (const action of actions) {
      const reduction = reduce(
        this.state,
        typeof action === "string"
          ? { type: "input", event: { type: "key", name: action } }
          : action,
      );
      this.state = reduction.state;
      this.effects.push(...reduction.effects);
    }
    return this;
  }

  /** Types a text key by key. */
  type(text: string): this {
    return this.do(...text);
  }

  /** The selected job's output. */
  output(...lines: (string | OutputLine)[]): this {
    const jobId = this.state.selectedId!;
    const { run } = this.state.jobs.find(({ job }) => job.id === jobId)!.job;
    if (this.state.outputRun?.jobId !== jobId) this.do(toOpened(jobId, run));
    const toLine = (line: string | OutputLine): OutputLine =>
      typeof line === "string" ? { kind: "stdout", text: line } : line;
    const arrival = { lines: lines.map(toLine), open: [], to: {}, readTo: {} };
    return this.do({ type: "output", jobId, run, ...arrival });
  }

  /** So many lines come while the view stands still. */
  notes(lines: number): this {
    const extent = { first: { stdout: 0 }, end: { stdout: 0 } };
    const output = noteKept(this.state.output, { extent, unread: { lines, isAll: true } });
    this.state = { ...this.state, output };
    return this;
  }
}
