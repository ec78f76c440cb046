/// <reference lib="dom" />
import { escapeLabel } from "../../base/terminal_text.ts";
import type { JobView } from "../../protocol/job_view.ts";
import { formatLeft, formatStatus, signOf, toneOf } from "../../view/status_words.ts";
import { formatSince } from "../../view/times.ts";
import { formatCpu, formatMemory } from "../../view/usage.ts";
import { element, setText } from "./element.ts";

/** What a job is called where there is little room. */
export function labelOf(job: JobView): string {
  return escapeLabel(job.name ?? job.command.join(" "));
}

/** The jobs, a button each; what has not changed is not touched. */
export class JobList {
  readonly root = element("ul", { class: "jobs", attributes: { "aria-label": "Jobs" } });
  readonly #empty = element("li", { class: "empty" }, "No jobs");
  readonly #rows = new Map<string, JobRow>();
  readonly #choose: (id: string) => void;

  constructor(choose: (id: string) => void) {
    this.#choose = choose;
  }

  /** Shows these, in their order. */
  show(
    jobs: readonly JobView[],
    { chosen, nowMs }: { chosen: string | undefined; nowMs: number },
  ): void {
    const ids = new Set(jobs.map(({ id }) => id));
    for (const [id, row] of this.#rows) {
      if (ids.has(id)) continue;
      row.root.remove();
      this.#rows.delete(id);
    }
    jobs.forEach((job, index) => {
      let row = this.#rows.get(job.id);
      if (row === undefined) {
        row = new JobRow(() => this.#choose(job.id));
        this.#rows.set(job.id, row);
      }
      if (this.root.children[index] !== row.root) {
        this.root.insertBefore(row.root, this.root.children[index] ?? null);
      }
      row.show(job, { isChosen: job.id === chosen, nowMs });
    });
    if (jobs.length === 0) this.root.append(this.#empty);
    else this.#empty.remove();
  }

  /** Puts the focus on a job, and that in sight. */
  focus(id: string): void {
    this.#rows.get(id)?.focus();
  }
}

class JobRow {
  readonly #sign = element("span", { class: "sign", attributes: { "aria-hidden": "true" } });
  readonly #name = element("span", { class: "name" });
  readonly #status = element("span", { class: "status" });
  readonly #usage = element("span", { class: "usage" });
  readonly #button: HTMLButtonElement;
  readonly root: HTMLLIElement;

  constructor(choose: () => void) {
    this.#button = element(
      "button",
      { attributes: { type: "button" }, onClick: choose },
      ...[this.#sign, this.#name, this.#usage, this.#status],
    );
    this.root = element("li", {}, this.#button);
  }

  show(job: JobView, { isChosen, nowMs }: { isChosen: boolean; nowMs: number }): void {
    const since = formatSince(job, nowMs);
    setText(this.#sign, signOf(job));
    setText(this.#name, labelOf(job));
    const restarts = job.restarts > 0 ? ` ↻${job.restarts}` : "";
    setText(this.#status, `${formatStatus(job)}${formatLeft(job)} · ${since}${restarts}`);
    setText(this.#usage, usageOf(job));
    const look = `job ${toneOf(job) ?? ""}`;
    if (this.#button.className !== look) this.#button.className = look;
    if (isChosen) this.#button.setAttribute("aria-current", "true");
    else this.#button.removeAttribute("aria-current");
  }

  focus(): void {
    this.#button.focus();
    this.#button.scrollIntoView({ block: "nearest" });
  }
}

/** What it uses: `0.4% 12M`. */
export function usageOf({ cpu_percent, memory_bytes }: JobView): string {
  return [
    cpu_percent === null ? "" : formatCpu(cpu_percent),
    memory_bytes === null ? "" : formatMemory(memory_bytes),
  ].filter((part) => part !== "").join(" ");
}
