/// <reference lib="dom" />
import type { JobView } from "../../protocol/job_view.ts";
import type { Connection } from "./connection.ts";
import { element, setText } from "./element.ts";
import { labelOf } from "./job_list.ts";
import { linkAddresses } from "./link_addresses.ts";

/** What `imp show` says of a job. */
interface Description {
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly runs: readonly { readonly run: number; readonly what: string }[];
}

/** All about a job and its runs, over the page until Esc; as it is while it is open. */
export class JobDetails {
  readonly #connection: Connection;
  readonly #showRun: (run: number) => void;
  readonly #title = element("h2");
  readonly #note = element("p", { class: "note", attributes: { role: "status" } });
  readonly #facts = element("dl");
  readonly #runs = element("ol", { attributes: { "aria-label": "Runs" } });
  readonly root = element("dialog", { class: "details" });
  #about: { readonly project: string; readonly job: string } | undefined;
  #shown = "";

  constructor(connection: Connection, showRun: (run: number) => void) {
    this.#connection = connection;
    this.#showRun = showRun;
    const close = element("button", {
      attributes: { type: "button", autofocus: "" },
      onClick: () => this.root.close(),
    }, "Close");
    // What scrolls can be scrolled by keys where it has the focus.
    const rest = element("div", { class: "rest", attributes: { tabindex: "0" } });
    rest.append(this.#facts, element("h3", {}, "Runs"), this.#runs);
    this.root.append(element("header", {}, this.#title, close), this.#note, rest);
  }

  open(project: string, job: JobView): void {
    this.#about = { project, job: job.id };
    this.#shown = "";
    setText(this.#title, labelOf(job));
    setText(this.#note, "…");
    this.#facts.replaceChildren();
    this.#runs.replaceChildren();
    this.root.showModal();
    this.refresh();
  }

  /** Asks again, if it is open. */
  refresh(): void {
    const about = this.#about;
    if (!this.root.open || about === undefined) return;
    this.#connection.ask<{ result: Description }>("details", about).then(
      ({ result }) => about === this.#about && this.#show(result),
      (error) => setText(this.#note, error instanceof Error ? error.message : String(error)),
    );
  }

  #show(description: Description): void {
    setText(this.#note, "");
    const { facts, runs } = description;
    this.#facts.replaceChildren(
      ...facts.flatMap(([name, value]) => [
        element("dt", {}, name),
        element("dd", {}, ...linkAddresses(value)),
      ]),
    );
    // A button that has the focus keeps it.
    const key = JSON.stringify(runs);
    if (key === this.#shown) return;
    this.#shown = key;
    this.#runs.replaceChildren(...runs.map(({ run, what }) => {
      const onClick = () => {
        this.root.close();
        this.#showRun(run);
      };
      const attributes = { type: "button", title: "Show its output" };
      return element("li", {}, element("button", { attributes, onClick }, `run ${run}`), what);
    }));
  }
}
