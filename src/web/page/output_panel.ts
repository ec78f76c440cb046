/// <reference lib="dom" />
import type { JobView, RunView } from "../../protocol/job_view.ts";
import type { Connection } from "./connection.ts";
import { element } from "./element.ts";
import { OutputRows } from "./output_rows.ts";
import { OutputNote, OutputView } from "./output_view.ts";

/** Of which job the output is shown. */
export interface OutputTarget {
  readonly project: string;
  readonly job: string;
  /** Whether more may come: following wants a daemon. */
  readonly isLive: boolean;
}

/** So many lines of the past are shown, and so many that a search finds. */
const LINES = 2_000;
const RETRY_MS = 1_000;
/** Who is further behind than this goes on at the end. */
const MOST_BEHIND_MS = 4_000;
const HELD = "What was printed since you looked away comes with Follow (f)";
const TOO_MUCH = "Too much to show: a part was left out, which the search finds";

/** What a job prints, or has printed in an earlier run, and the search in it. */
export class OutputPanel {
  readonly #connection: Connection;
  readonly #view: OutputView;
  readonly #note = new OutputNote();
  readonly #runs = element("select", { attributes: { "aria-label": "Run" } });
  readonly #search = element("input", {
    attributes: {
      type: "search",
      placeholder: "Search (regular expression)",
      "aria-label": "Search in the output",
      maxlength: "1000",
      spellcheck: "false",
    },
  });
  readonly #end = element("button", {
    class: "end",
    attributes: { type: "button" },
    onClick: () => this.follow(),
  }, "↓ Follow");
  readonly root: HTMLElement;
  #target: OutputTarget | undefined;
  #over = new AbortController();
  /** Undefined: the last one, and those after it. */
  #run: number | undefined;
  #knownRuns = "";
  #isPaused = false;
  /** Nothing more comes of what is shown. */
  #isDone = false;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#view = new OutputView((follows) => this.#end.hidden = follows);
    this.#end.hidden = true;
    this.#runs.addEventListener("change", () => this.#chooseRun(this.#runs.value));
    this.#search.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.#restart();
      else if (event.key === "Escape") this.#endSearch();
      else return;
      event.preventDefault();
    });
    const bar = element("div", { class: "bar" }, this.#runs, this.#search, this.#end);
    this.root = element("section", { class: "printed" }, bar, this.#note.root, this.#view.root);
  }

  /** Shows the output of a job; of the same one nothing is read again. */
  show(target: OutputTarget | undefined): void {
    const before = this.#target;
    const isSame = target?.project === before?.project && target?.job === before?.job;
    if (isSame && target?.isLive === before?.isLive) return;
    this.#target = target;
    if (isSame) return this.#restart();
    this.#run = undefined;
    this.#search.value = "";
    this.#knownRuns = "";
    this.#runs.replaceChildren(element("option", {}, "last run"));
    this.#restart();
  }

  /** Reads nothing while nobody looks. */
  pause(): void {
    this.#isPaused = true;
    this.#over.abort();
  }

  /** Reads what has come since; who has gone up to something finds it as it was. */
  resume(): void {
    this.#isPaused = false;
    if (this.#isDone) return;
    if (this.#view.isFollowing) this.#restart();
    else this.#note.show(HELD);
  }

  /** Which runs there are, when that may have changed. */
  async refreshRuns(job: JobView): Promise<void> {
    const key = `${job.id} ${job.run} ${job.status}`;
    const target = this.#target;
    if (key === this.#knownRuns || target === undefined) return;
    this.#knownRuns = key;
    const { result } = await this.#connection.ask<{ result: { runs: RunView[] } }>("show", {
      project: target.project,
      job: target.job,
    });
    if (this.#knownRuns === key) this.#showRuns(result.runs, job.run);
  }

  /** The run before, or the one after, the one that is shown. */
  stepRun(by: -1 | 1): void {
    const { selectedIndex, options } = this.#runs;
    // The last run stands first.
    const next = selectedIndex - by;
    if (next < 0 || next >= options.length) return;
    this.#runs.selectedIndex = next;
    this.#chooseRun(this.#runs.value);
  }

  /** That run, if it is still kept. */
  showRun(run: number): void {
    const known = [...this.#runs.options].find(({ value }) => value === String(run));
    this.#runs.value = known?.value ?? "";
    this.#chooseRun(this.#runs.value);
  }

  focusSearch(): void {
    this.#search.focus();
    this.#search.select();
  }

  focusOutput(): void {
    this.#view.root.focus();
  }

  follow(): void {
    const isBehind = this.#over.signal.aborted && !this.#isDone;
    if (isBehind) this.#restart();
    else this.#view.follow(true);
  }

  goToTop(): void {
    this.#view.goToTop();
  }

  #showRuns(runs: readonly RunView[], last: number): void {
    const earlier = runs.filter(({ run }) => run !== last).sort((a, b) => b.run - a.run);
    const first = element("option", { attributes: { value: "" } }, last > 0 ? `run ${last}` : "–");
    const options = earlier.map((run) =>
      element("option", { attributes: { value: String(run.run) } }, describeRun(run))
    );
    this.#runs.replaceChildren(first, ...options);
    this.#runs.value = this.#run === undefined ? "" : String(this.#run);
  }

  #chooseRun(value: string): void {
    this.#run = value === "" ? undefined : Number(value);
    this.#restart();
  }

  #endSearch(): void {
    if (this.#search.value === "") return this.focusOutput();
    this.#search.value = "";
    this.#restart();
  }

  #restart(note = ""): void {
    this.#over.abort();
    this.#over = new AbortController();
    this.#isDone = false;
    const pattern = this.#search.value;
    this.#view.clear(pattern === "" ? undefined : tryPattern(pattern));
    this.#note.show(note);
    if (this.#isPaused) this.#over.abort();
    else if (this.#target) void this.#read(this.#target, pattern, this.#over.signal);
  }

  async #read(target: OutputTarget, pattern: string, signal: AbortSignal): Promise<void> {
    const isSearch = pattern !== "";
    const { project, job, isLive } = target;
    const follow = isLive && this.#run === undefined && !isSearch;
    const rows = new OutputRows();
    let found = 0;
    try {
      await this.#connection.follow("output", {
        ...{ project, job },
        ...this.#run !== undefined && { run: this.#run },
        ...isSearch && { pattern },
        ...{ lines: LINES, follow },
      }, {
        signal,
        onLine: (line) => {
          const row = rows.take(line);
          if (row === undefined || signal.aborted) return;
          if (row.kind !== "remark") found++;
          this.#view.add(row);
          const isNew = follow && found > LINES;
          if (isNew && Date.now() - Date.parse(row.time) > MOST_BEHIND_MS) this.#restart(TOO_MUCH);
        },
      });
      if (signal.aborted) return;
      this.#isDone = true;
      if (isSearch) this.#note.show(describeMatches(found));
      else if (found === 0) this.#note.show("Nothing was printed");
    } catch (error) {
      if (signal.aborted) return;
      this.#note.show(error instanceof Error ? error.message : String(error));
      // Whether imp web is there is found out, and told, by who watches the jobs.
      if (error instanceof TypeError) this.#later(signal);
    }
  }

  #later(signal: AbortSignal): void {
    setTimeout(() => {
      if (!signal.aborted) this.#restart();
    }, RETRY_MS);
  }
}

function describeRun({ run, outcome, exit_code, signal, started_at }: RunView): string {
  const end = signal ?? (exit_code === null || exit_code === 0 ? "" : String(exit_code));
  const time = new Date(started_at).toLocaleTimeString();
  return `run ${run}: ${outcome}${end === "" ? "" : ` (${end})`}, ${time}`;
}

function describeMatches(count: number): string {
  const lines = count === 1 ? "1 line matches" : `${count} lines match`;
  return `${count >= LINES ? `The last ${lines}` : lines}; Esc shows all again`;
}

function tryPattern(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, "gu");
  } catch {
    return undefined;
  }
}
