/// <reference lib="dom" />
import type { ImpEvent } from "../../protocol/event.ts";
import { jobOf } from "../../protocol/job_of_event.ts";
import { formatStatus, toneOf } from "../../view/status_words.ts";
import { element } from "./element.ts";
import { labelOf } from "./job_list.ts";

/** More of them are told by `imp events --since`. */
const MOST_SHOWN = 200;

/** What has happened, the newest first. */
export class EventFeed {
  readonly #list = element("ol");
  readonly root = element(
    "details",
    { class: "events" },
    element("summary", {}, "Events"),
    this.#list,
  );
  #shown = 0;

  show(events: readonly ImpEvent[]): void {
    const fresh = events.filter(({ seq }) => seq > this.#shown);
    for (const event of fresh) this.#list.prepend(toItem(event));
    this.#shown = events.at(-1)?.seq ?? 0;
    while (this.#list.children.length > MOST_SHOWN) this.#list.lastElementChild!.remove();
  }

  clear(): void {
    this.#shown = 0;
    this.#list.replaceChildren();
  }

  toggle(): void {
    this.root.open = !this.root.open;
  }
}

function toItem(event: ImpEvent): HTMLElement {
  const job = jobOf(event);
  const time = element("time", {}, new Date(event.time).toLocaleTimeString());
  const what = event.event.replace(/^(job|daemon)_/, "").replaceAll("_", " ");
  const about = job === undefined ? event.event.split("_")[0]! : labelOf(job);
  const words = element(
    "span",
    { class: job === undefined ? "" : toneOf(job) ?? "" },
    job === undefined ? what : `${what} · ${formatStatus(job)}`,
  );
  return element("li", {}, time, element("b", {}, about), words);
}
