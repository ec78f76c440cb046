/// <reference lib="dom" />
import { element, setText } from "./element.ts";
import type { OutputRow } from "./output_rows.ts";
import type { StyledSpan } from "./styled_spans.ts";

/** More rows are in the files, where the search finds them. */
const MOST_ROWS = 3_000;
/** Less than a row from the end is the end. */
const END_PX = 24;

/**
 * Rows of output, drawn once a frame however many come. It stays at the end as long as it is there; how much there may
 * be is bounded.
 */
export class OutputView {
  readonly root = element("div", {
    class: "output",
    attributes: { role: "log", tabindex: "0", "aria-label": "Output", "aria-live": "off" },
  });
  readonly #onFollow: (follows: boolean) => void;
  readonly #rows = new Map<number, HTMLElement>();
  #waiting = new Map<number, OutputRow>();
  #mark: RegExp | undefined;
  #frame = 0;
  #follows = true;

  constructor(onFollow: (follows: boolean) => void) {
    this.#onFollow = onFollow;
    this.root.addEventListener("scroll", () => this.#look(), { passive: true });
    new ResizeObserver(() => this.#follows && this.follow(true)).observe(this.root);
  }

  /** Begins anew; what matches `mark` is marked. */
  clear(mark?: RegExp): void {
    this.#mark = mark;
    this.#waiting.clear();
    this.#rows.clear();
    this.root.replaceChildren();
    this.follow(true);
  }

  /** Adds a row, or changes the one with its number. */
  add(row: OutputRow): void {
    this.#waiting.set(row.number, row);
    if (this.#waiting.size > MOST_ROWS) this.#waiting.delete(this.#waiting.keys().next().value!);
    this.#frame ||= requestAnimationFrame(() => this.#draw());
  }

  /** Goes to the end and stays there, or does not any more. */
  follow(follows: boolean): void {
    this.#setFollowing(follows);
    if (follows) this.root.scrollTop = this.root.scrollHeight;
  }

  get isFollowing(): boolean {
    return this.#follows;
  }

  /** To the first row that is here. */
  goToTop(): void {
    this.follow(false);
    this.root.scrollTop = 0;
  }

  #setFollowing(follows: boolean): void {
    if (this.#follows === follows) return;
    this.#follows = follows;
    this.#onFollow(follows);
  }

  #look(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.root;
    this.#setFollowing(scrollHeight - scrollTop - clientHeight < END_PX);
  }

  #draw(): void {
    this.#frame = 0;
    const waiting = this.#waiting;
    this.#waiting = new Map();
    const fresh = document.createDocumentFragment();
    const follows = this.#follows;
    for (const row of waiting.values()) {
      const made = toElement(row, this.#mark);
      const known = this.#rows.get(row.number);
      if (known) known.replaceWith(made);
      else fresh.append(made);
      this.#rows.set(row.number, made);
    }
    this.root.append(fresh);
    for (const [number, made] of this.#rows) {
      if (this.#rows.size <= MOST_ROWS) break;
      made.remove();
      this.#rows.delete(number);
    }
    if (follows) this.root.scrollTop = this.root.scrollHeight;
  }
}

function toElement({ kind, time, spans }: OutputRow, mark: RegExp | undefined): HTMLElement {
  const row = element("div", { class: `row ${kind}` });
  if (time !== "") row.title = time;
  if (mark !== undefined && kind !== "remark") {
    row.append(...markMatches(spans.map(({ text }) => text).join(""), mark));
  } else row.append(...spans.map(toNode));
  return row;
}

function toNode({ text, classes, color, background }: StyledSpan): Node {
  if (classes === "" && color === undefined && background === undefined) {
    return document.createTextNode(text);
  }
  const span = element("span", { class: classes }, text);
  if (color !== undefined) span.style.color = color;
  if (background !== undefined) span.style.backgroundColor = background;
  return span;
}

function markMatches(text: string, mark: RegExp): Node[] {
  const nodes: Node[] = [];
  let at = 0;
  for (const match of text.matchAll(mark)) {
    if (match[0] === "") continue;
    nodes.push(document.createTextNode(text.slice(at, match.index)));
    nodes.push(element("mark", {}, match[0]));
    at = match.index + match[0].length;
  }
  nodes.push(document.createTextNode(text.slice(at)));
  return nodes;
}

/** A line of words about what is shown. */
export class OutputNote {
  readonly root = element("p", { class: "note", attributes: { role: "status" } });

  show(text: string): void {
    setText(this.root, text);
    this.root.hidden = text === "";
  }
}
