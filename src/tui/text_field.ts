import { graphemesOf, sliceText, textWidth, toPlainText } from "../text/clean_text.ts";
import type { InputEvent } from "./key_input.ts";

/** A line that is typed, and where the next character goes: before the one at `cursor`, never within one. */
export interface TextField {
  readonly text: string;
  readonly cursor: number;
}

/** One line of the table of keys that change what is typed. */
export interface FieldKey {
  readonly keys: readonly string[];
  /** The keys as people read them. */
  readonly shown: string;
  readonly what: string;
  readonly edit: (field: TextField) => TextField;
}

/** Longer than a command line that anybody types. */
const MAX_CHARACTERS = 4_000;

/** With the cursor behind the text. */
export function fieldOf(text: string): TextField {
  return { text, cursor: text.length };
}

/** Every key that does more than write itself, where something is typed; help and docs/reference.md say the same. */
export const FIELD_KEYS: readonly FieldKey[] = [
  row("left ctrl+b", "←", "a character back (Ctrl+B)", (field) => at(field, before(field))),
  row("right ctrl+f", "→", "a character on (Ctrl+F)", (field) => at(field, behind(field))),
  row("home ctrl+a", "Home", "to the start (Ctrl+A)", (field) => at(field, 0)),
  row("end ctrl+e", "End", "to the end (Ctrl+E)", (field) => at(field, field.text.length)),
  row(
    "ctrl+left alt+left alt+b",
    "Ctrl+←",
    "a word back (Alt+B)",
    (field) => at(field, wordBefore(field)),
  ),
  row(
    "ctrl+right alt+right alt+f",
    "Ctrl+→",
    "a word on (Alt+F)",
    (field) => at(field, wordBehind(field)),
  ),
  row("backspace", "Bksp", "erase the one before", (field) => erase(field, before(field))),
  row("delete ctrl+d", "Del", "erase this one (Ctrl+D)", (field) => erase(field, behind(field))),
  row(
    "ctrl+w alt+backspace",
    "Ctrl+W",
    "erase the word before",
    (field) => erase(field, wordBefore(field)),
  ),
  row("ctrl+u", "Ctrl+U", "erase all before", (field) => erase(field, 0)),
  row("ctrl+k", "Ctrl+K", "erase all behind", (field) => erase(field, field.text.length)),
];

function row(keys: string, shown: string, what: string, edit: FieldKey["edit"]): FieldKey {
  return { keys: keys.split(" "), shown, what, edit };
}

/** What a key or a paste makes of it; undefined when it has nothing to do with typing. */
export function editField(
  field: TextField,
  event: Exclude<InputEvent, { type: "mouse" }>,
): TextField | undefined {
  if (event.type === "paste") return write(field, event.text);
  const known = FIELD_KEYS.find(({ keys }) => keys.includes(event.name));
  if (known !== undefined) return known.edit(field);
  const isCharacter = Array.from(event.name).length === 1;
  return isCharacter ? write(field, event.name) : undefined;
}

/** What is seen of it in so many cells, of which the character at the cursor is one: what is near to the cursor. */
export function viewField(
  { text, cursor }: TextField,
  width: number,
): { readonly before: string; readonly at: string; readonly behind: string } {
  const [next = ""] = graphemesOf(text.slice(cursor));
  const at = next === "" ? " " : next;
  const cell = textWidth(text.slice(0, cursor));
  const end = cell + textWidth(at);
  const total = textWidth(text) + (next === "" ? 1 : 0);
  // In the middle, but for the two ends.
  const from = Math.max(0, Math.min(cell - Math.floor(width / 2), total - width));
  const to = from + width;
  const before = from === 0
    ? text.slice(0, cursor)
    : `…${sliceText(text, from + 1, cell - from - 1)}`;
  const behind = to >= total
    ? text.slice(cursor + next.length)
    : `${sliceText(text, end, to - end - 1)}…`;
  return { before, at, behind };
}

function write({ text, cursor }: TextField, typed: string): TextField {
  const room = Math.max(0, MAX_CHARACTERS - Array.from(text).length);
  const added = Array.from(toPlainText(typed)).slice(0, room).join("");
  const changed = text.slice(0, cursor) + added + text.slice(cursor);
  // What was typed may have become one with what stands behind it.
  const borders = bordersOf(changed);
  return { text: changed, cursor: borders.find((border) => border >= cursor + added.length)! };
}

function at({ text }: TextField, cursor: number): TextField {
  return { text, cursor };
}

/** Without what stands between the cursor and there. */
function erase({ text, cursor }: TextField, end: number): TextField {
  const [from, to] = [Math.min(cursor, end), Math.max(cursor, end)];
  const left = text.slice(0, from) + text.slice(to);
  return { text: left, cursor: bordersOf(left).findLast((border) => border <= from)! };
}

/** Where characters, as people count them, begin, and the end. */
function bordersOf(text: string): number[] {
  const borders = [0];
  for (const grapheme of graphemesOf(text)) borders.push(borders.at(-1)! + grapheme.length);
  return borders;
}

function before({ text, cursor }: TextField): number {
  return bordersOf(text).findLast((border) => border < cursor) ?? 0;
}

function behind({ text, cursor }: TextField): number {
  return bordersOf(text).find((border) => border > cursor) ?? text.length;
}

function wordBefore({ text, cursor }: TextField): number {
  return text.slice(0, cursor).replace(/\S*\s*$/, "").length;
}

function wordBehind({ text, cursor }: TextField): number {
  return cursor + /^\s*\S*/.exec(text.slice(cursor))![0].length;
}
