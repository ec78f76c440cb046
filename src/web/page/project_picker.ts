/// <reference lib="dom" />
import { element } from "./element.ts";

/** A project as the server lists it. */
export interface ListedProject {
  readonly daemon_id: string;
  readonly running: boolean;
  readonly counts: Readonly<Record<string, number>>;
}

/** Which project is shown. */
export class ProjectPicker {
  readonly root = element("select", { class: "project", attributes: { "aria-label": "Project" } });
  #shown = "";

  constructor(choose: (project: string) => void) {
    this.root.addEventListener("change", () => choose(this.root.value));
  }

  show(projects: readonly ListedProject[], chosen: string): void {
    const key = JSON.stringify([projects, chosen]);
    // What is changed while it is open would close it.
    if (key === this.#shown) return;
    this.#shown = key;
    const options = projects.map((project) =>
      element("option", { attributes: { value: project.daemon_id } }, describe(project))
    );
    this.root.replaceChildren(...options);
    this.root.value = chosen;
  }
}

function describe({ daemon_id, running, counts }: ListedProject): string {
  if (!running) return `${daemon_id} (not running)`;
  const { running: up = 0, failed = 0, lost = 0 } = counts;
  const wrong = failed + lost;
  return `${daemon_id} (${up} up${wrong > 0 ? `, ${wrong} failed` : ""})`;
}
