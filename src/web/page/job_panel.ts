/// <reference lib="dom" />
import { escapeLabel } from "../../base/terminal_text.ts";
import type { JobView } from "../../protocol/job_view.ts";
import { isUp } from "../../protocol/job_status.ts";
import { placeOf } from "../../view/addresses.ts";
import { formatLeft, formatStatus, signOf, toneOf } from "../../view/status_words.ts";
import { formatSince } from "../../view/times.ts";
import { element, setText } from "./element.ts";
import { labelOf, usageOf } from "./job_list.ts";
import { linkAddresses } from "./link_addresses.ts";

/** What can be done with a job. */
export type Deed = "start" | "stop" | "restart" | "signal";

const SIGNALS = ["HUP", "INT", "TERM", "KILL", "USR1", "USR2", "QUIT", "STOP", "CONT"];

/** All about the chosen job but its output and its graphs. */
export class JobPanel {
  readonly #title = element("h2");
  readonly #facts = element("p", { class: "facts" });
  readonly #places = element("p", { class: "places" });
  readonly #about = element("p", { class: "about" });
  readonly #signal = element(
    "select",
    { attributes: { "aria-label": "Signal" } },
    ...SIGNALS.map((name) => element("option", {}, name)),
  );
  readonly #startStop: HTMLButtonElement;
  readonly #send: HTMLButtonElement;
  readonly root: HTMLElement;
  #shownPlaces = "";

  constructor(act: (deed: Deed, signal?: string) => void, openDetails: () => void) {
    const button = (text: string, onClick: () => void) =>
      element("button", { attributes: { type: "button" }, onClick }, text);
    this.#startStop = button(
      "Start",
      () => act(this.#startStop.textContent === "Stop" ? "stop" : "start"),
    );
    this.#send = button("Send", () => act("signal", this.#signal.value));
    const restart = button("Restart", () => act("restart"));
    const deeds = element(
      "div",
      { class: "deeds" },
      ...[this.#startStop, restart, element("span", { class: "gap" }), this.#signal, this.#send],
      ...[element("span", { class: "gap" }), button("Details", openDetails)],
    );
    this.root = element(
      "section",
      { class: "about-job" },
      ...[this.#title, this.#facts, this.#places, this.#about, deeds],
    );
  }

  show(job: JobView, nowMs: number): void {
    setText(this.#title, labelOf(job));
    this.#facts.className = `facts ${toneOf(job) ?? ""}`;
    setText(this.#facts, factsOf(job, nowMs));
    setText(this.#about, aboutOf(job));
    this.#showPlaces(job);
    const isThere = isUp(job.status);
    setText(this.#startStop, isThere ? "Stop" : "Start");
    this.#send.disabled = !isThere;
  }

  focusSignal(): void {
    this.#signal.focus();
  }

  #showPlaces(job: JobView): void {
    const places = isUp(job.status) ? job.ports.map((port) => placeOf(job, port)) : [];
    const key = places.join(" ");
    if (key === this.#shownPlaces) return;
    this.#shownPlaces = key;
    this.#places.replaceChildren(
      ...places.map((place) => element("span", {}, ...linkAddresses(place))),
    );
  }
}

/** `● ready · 3m 5s · run 2 · 0.4% 12M · pid 4711`. */
function factsOf(job: JobView, nowMs: number): string {
  return [
    `${signOf(job)} ${formatStatus(job)}${formatLeft(job)}`,
    formatSince(job, nowMs),
    job.run > 0 ? `run ${job.run}` : "",
    job.restarts > 0 ? `${job.restarts} restarts` : "",
    usageOf(job),
    job.pid === null ? "" : `pid ${job.pid}`,
    job.unready_reason ?? "",
    job.reason ?? "",
  ].filter((fact) => fact !== "").map(escapeLabel).join(" · ");
}

function aboutOf(job: JobView): string {
  return [job.description ?? "", job.command.join(" "), job.workdir, job.id]
    .filter((part) => part !== "").map(escapeLabel).join(" · ");
}
