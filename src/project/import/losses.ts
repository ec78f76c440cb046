import { escapeControl } from "../../base/terminal_text.ts";
import { shellText } from "./marked_text.ts";

/** Something of a source that does not stand in imp.yaml. */
export interface Loss {
  /** What the file is called. */
  readonly file: string;
  /** Counted from 1, where it is known. */
  readonly line?: number | undefined;
  /** The key, from the job where there is one, else from the top; or what is meant, in a word. */
  readonly key: string;
  /** The job that has lost it, by its name at the source. */
  readonly job?: string | undefined;
  readonly why: string;
  /** What is said there, short; for comments only, since it may be a secret. */
  readonly value?: string | undefined;
}

const LONGEST_VALUE = 60;
/** More of them are no reading matter. */
const MOST = 1_000;

/** Gathers what is not carried over. */
export class Losses {
  readonly #found: Loss[] = [];
  #count = 0;

  get all(): readonly Loss[] {
    return this.#found;
  }

  /** How many there are, also of those that are too many to be listed. */
  get count(): number {
    return this.#count;
  }

  add(loss: Loss): void {
    this.#count++;
    if (this.#found.length < MOST) this.#found.push(loss);
  }
}

/** A value in a few words, for {@linkcode Loss.value}; undefined for one that is not told so. */
export function shortValue(value: unknown): string | undefined {
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return;
  const text = oneLine(String(value));
  return text.length === 0 || text.length > LONGEST_VALUE ? undefined : text;
}

/** Text as it may stand in a comment. */
export function oneLine(text: string): string {
  return escapeControl(shellText(text).replace(/[\s\u2028\u2029]+/g, " "), { allowColor: false })
    .trim();
}
