/// <reference lib="dom" />
import { isInTrouble } from "../../protocol/is_in_trouble.ts";
import type { JobView } from "../../protocol/job_view.ts";
import { isUp } from "../../protocol/job_status.ts";
import { CallError, type Connection } from "./connection.ts";
import { element, setText } from "./element.ts";
import { EventFeed } from "./event_feed.ts";
import { Graphs } from "./graphs.ts";
import { JobList, labelOf } from "./job_list.ts";
import { JobDetails } from "./job_details.ts";
import { type Deed, JobPanel } from "./job_panel.ts";
import { createHelp, type KeyActions, listenForKeys } from "./keys.ts";
import { OutputPanel } from "./output_panel.ts";
import { type ListedProject, ProjectPicker } from "./project_picker.ts";
import { ProjectState, type WatchLine } from "./project_state.ts";
import { WhyLine } from "./why_line.ts";

const TICK_MS = 1_000;
const ASK_EVERY_TICKS = 5;
const TOLD_TICKS = 6;
const FIRST_RETRY_MS = 300;
const LAST_RETRY_MS = 5_000;

const LINK_WORDS = {
  connecting: "Connecting…",
  connected: "",
  reconnecting: "The daemon is gone; reconnecting…",
  down: "This project has no daemon now: the jobs as it left them. Start one, and it comes back.",
  lost: "imp web does not answer; trying again…",
};

/** The page as a whole: what is chosen, what is shown, and what is asked for. */
export class App {
  readonly #connection: Connection;
  readonly #leave: (error: unknown) => void;
  readonly #picker = new ProjectPicker((project) => this.#open(project));
  readonly #jobs = new JobList((id) => this.#choose(id));
  readonly #panel = new JobPanel(
    (deed, signal) => void this.#act(deed, signal),
    () => this.#openDetails(),
  );
  readonly #graphs = new Graphs();
  readonly #output: OutputPanel;
  readonly #why: WhyLine;
  readonly #details: JobDetails;
  readonly #events = new EventFeed();
  readonly #link = element("p", { class: "link", attributes: { role: "status" } });
  readonly #told = element("p", { class: "told", attributes: { role: "status" } });
  readonly #detail: HTMLElement;
  readonly root: HTMLElement;
  #state = new ProjectState();
  #project = "";
  #chosen: string | undefined;
  #over = new AbortController();
  #frame = 0;
  #ticks = 0;
  #toldAtTick = 0;

  constructor(connection: Connection, leave: (error: unknown) => void) {
    this.#connection = connection;
    this.#leave = leave;
    this.#output = new OutputPanel(connection);
    this.#why = new WhyLine(connection);
    this.#details = new JobDetails(connection, (run) => this.#output.showRun(run));
    const help = createHelp();
    const helpButton = element("button", {
      attributes: { type: "button", "aria-label": "Keys", title: "Keys (?)" },
      onClick: () => help.showModal(),
    }, "?");
    listenForKeys(this.#keyActions(help));
    const head = element("header", {}, element("h1", {}, "imp"), this.#picker.root, helpButton);
    this.#detail = element(
      "main",
      {},
      ...[this.#panel.root, this.#why.root, this.#graphs.root, this.#output.root],
    );
    const side = element("nav", {}, this.#jobs.root, this.#events.root);
    this.root = element("div", { class: "page" }, head, this.#link, side, this.#detail);
    this.root.append(this.#told, help, this.#details.root);
  }

  /** Shows the project of the server's directory first. */
  async start(): Promise<void> {
    const { projects, daemon_id } = await this.#listProjects();
    this.#picker.show(projects, daemon_id);
    document.addEventListener("visibilitychange", () => this.#seeVisibility());
    if (document.hidden) this.#output.pause();
    setInterval(() => this.#tick(), TICK_MS);
    this.#open(daemon_id);
  }

  #listProjects() {
    return this.#connection.ask<{ projects: ListedProject[]; daemon_id: string }>("projects", {});
  }

  #open(project: string): void {
    this.#project = project;
    this.#chosen = undefined;
    this.#state = new ProjectState();
    this.#events.clear();
    this.#output.show(undefined);
    this.#watchAnew();
  }

  #watchAnew(): void {
    this.#over.abort();
    this.#over = new AbortController();
    if (!document.hidden) void this.#watch(this.#over.signal);
    this.#refresh();
  }

  /** One stream after the other, as long as the project is shown. */
  async #watch(signal: AbortSignal): Promise<void> {
    const [project, state] = [this.#project, this.#state];
    let rest = FIRST_RETRY_MS;
    while (!signal.aborted) {
      try {
        const since = state.lastEvent;
        await this.#connection.follow("watch", { project, ...since > 0 && { since } }, {
          signal,
          onLine: (line) => {
            if (signal.aborted) return;
            rest = FIRST_RETRY_MS;
            state.take(line as unknown as WatchLine);
            this.#refresh();
          },
        });
        state.link = "lost";
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof CallError && error.needsLink) return this.#leave(error);
        state.link = "lost";
        state.reason = error instanceof CallError ? error.message : "";
      }
      this.#refresh();
      await new Promise((resolve) => setTimeout(resolve, rest));
      rest = Math.min(LAST_RETRY_MS, rest * 2);
    }
  }

  /** Who is not seen asks for nothing, and hears later what it has missed. */
  #seeVisibility(): void {
    if (document.hidden) {
      this.#over.abort();
      this.#output.pause();
    } else {
      this.#watchAnew();
      this.#output.resume();
    }
  }

  #tick(): void {
    if (document.hidden) return;
    this.#refresh();
    if (this.#ticks - this.#toldAtTick > TOLD_TICKS) setText(this.#told, "");
    if (this.#ticks++ % ASK_EVERY_TICKS !== 0) return;
    this.#details.refresh();
    this.#listProjects().then(
      ({ projects }) => this.#picker.show(projects, this.#project),
      // That it does not answer is told by who watches.
      () => {},
    );
  }

  #refresh(): void {
    this.#frame ||= requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    this.#frame = 0;
    const nowMs = Date.now();
    const jobs = this.#state.list();
    if (this.#chosen === undefined || !this.#state.jobs.has(this.#chosen)) {
      this.#chosen = jobs[0]?.id;
    }
    this.root.setAttribute("aria-busy", String(!this.#state.isLoaded));
    this.#jobs.show(jobs, { chosen: this.#chosen, nowMs });
    this.#events.show(this.#state.events);
    const { link, reason } = this.#state;
    setText(this.#link, link === "lost" && reason !== "" ? reason : LINK_WORDS[link]);
    this.#link.hidden = this.#link.textContent === "";
    const wrong = jobs.filter(isInTrouble).length;
    document.title = wrong > 0 ? `✗${wrong} imp` : "imp";
    this.#drawChosen(nowMs);
  }

  #drawChosen(nowMs: number): void {
    const job = this.#job();
    this.#detail.hidden = job === undefined;
    const isLive = this.#state.link !== "down";
    this.#output.show(job && { project: this.#project, job: job.id, isLive });
    if (job === undefined) return;
    this.#panel.show(job, nowMs);
    this.#graphs.show(this.#state.samples.get(job.id) ?? []);
    // It is tried again when something changes.
    this.#output.refreshRuns(job).catch(() => {});
    this.#why.show(this.#project, job).catch(() => {});
  }

  #job(): JobView | undefined {
    return this.#chosen === undefined ? undefined : this.#state.jobs.get(this.#chosen);
  }

  #choose(id: string): void {
    this.#chosen = id;
    this.#refresh();
  }

  #step(by: -1 | 1): void {
    const ids = this.#state.list().map(({ id }) => id);
    const at = ids.indexOf(this.#chosen ?? "");
    const next = ids[Math.min(ids.length - 1, Math.max(0, at + by))];
    if (next === undefined) return;
    this.#choose(next);
    this.#jobs.focus(next);
  }

  async #act(deed: Deed, signal?: string): Promise<void> {
    const job = this.#job();
    if (job === undefined) return;
    const name = labelOf(job);
    this.#tell(`${DOING[deed]} ${name}…`);
    try {
      const { result } = await this.#connection.ask<{ result: { survivors?: unknown[] } }>(deed, {
        project: this.#project,
        job: job.id,
        ...signal !== undefined && { signal },
      });
      const left = result?.survivors?.length ?? 0;
      this.#tell(
        left > 0 ? `${left} processes of ${name} are still there` : `${DONE[deed]} ${name}`,
      );
    } catch (error) {
      this.#tell(error instanceof Error ? error.message : String(error));
    }
  }

  /** Says something for a while. */
  #tell(text: string): void {
    setText(this.#told, text);
    this.#toldAtTick = this.#ticks;
  }

  #startOrStop(): void {
    const job = this.#job();
    if (job) void this.#act(isUp(job.status) ? "stop" : "start");
  }

  #openDetails(): void {
    const job = this.#job();
    if (job) this.#details.open(this.#project, job);
  }

  #keyActions(help: HTMLDialogElement): KeyActions {
    return {
      next: () => this.#step(1),
      before: () => this.#step(-1),
      startOrStop: () => this.#startOrStop(),
      restart: () => void this.#act("restart"),
      signal: () => this.#panel.focusSignal(),
      details: () => this.#openDetails(),
      search: () => this.#output.focusSearch(),
      earlier: () => this.#output.stepRun(-1),
      later: () => this.#output.stepRun(1),
      follow: () => this.#output.follow(),
      top: () => this.#output.goToTop(),
      output: () => this.#output.focusOutput(),
      events: () => this.#events.toggle(),
      project: () => this.#picker.root.focus(),
      help: () => help.showModal(),
    };
  }
}

const DOING = { start: "Starting", stop: "Stopping", restart: "Restarting", signal: "Signalling" };
const DONE = { start: "Started", stop: "Stopped", restart: "Restarted", signal: "Signalled" };
