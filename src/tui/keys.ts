import { fitText, textWidth } from "../text/clean_text.ts";
import { FIELD_KEYS } from "./text_field.ts";

/** What a key does while nothing is asked. */
export type KeyCommand =
  | "up"
  | "down"
  | "page_up"
  | "page_down"
  | "first"
  | "last"
  | "mark"
  | "start_stop"
  | "restart"
  | "restart_all"
  | "remove"
  | "signal"
  | "attach"
  | "details"
  | "new"
  | "edit"
  | "filter"
  | "switch_focus"
  | "zoom"
  | "search"
  | "next"
  | "previous"
  | "earlier"
  | "later"
  | "follow"
  | "wrap"
  | "times"
  | "streams"
  | "copy"
  | "pager"
  | "output_up"
  | "output_down"
  | "left"
  | "right"
  | "leave"
  | "mouse"
  | "help"
  | "redraw"
  | "suspend"
  | "quit";

/** One line of the key table. */
export interface KeyBinding {
  readonly keys: readonly string[];
  readonly command: KeyCommand;
  readonly group: "Jobs" | "Output" | "Screen";
  /** The keys as people read them. */
  readonly shown: string;
  readonly what: string;
  /** A word for the footer, for what is needed most. */
  readonly hint?: string;
  /** Only while the keys go there. */
  readonly focus?: "list" | "output";
}

type Row = readonly [
  keys: string,
  command: KeyCommand,
  shown: string,
  what: string,
  more?: Pick<KeyBinding, "hint" | "focus">,
];

const JOBS: readonly Row[] = [
  ["up k", "up", "↑ k", "up: a job, or a row"],
  ["down j", "down", "↓ j", "down"],
  ["pageup ctrl+u ctrl+b", "page_up", "PgUp", "a page up (Ctrl+U)"],
  ["pagedown ctrl+d ctrl+f", "page_down", "PgDn", "a page down (Ctrl+D)"],
  ["g home", "first", "g", "to the first that is kept"],
  ["G end", "last", "G", "to the last"],
  ["s", "start_stop", "s", "start the job, or stop it", { hint: "start/stop" }],
  ["r", "restart", "r", "restart the job", { hint: "restart" }],
  ["R", "restart_all", "R", "restart all jobs (asks)"],
  ["d", "remove", "d", "remove the job (asks)", { hint: "remove" }],
  ["x", "signal", "x", "send a signal (asks)", { hint: "signal" }],
  ["a", "attach", "a", "attach to its terminal", { hint: "attach" }],
  ["i", "details", "i", "all about it: why, runs, env", { hint: "info" }],
  ["n", "new", "n", "new job", { hint: "new", focus: "list" }],
  ["e", "edit", "e", "change the job"],
  [" ", "mark", "Space", "mark: keys act on all marked", { focus: "list" }],
  ["/", "filter", "/", "filter the list", { hint: "filter", focus: "list" }],
];

const OUTPUT: readonly Row[] = [
  ["tab shift+tab", "switch_focus", "Tab", "keys go to output, or to list"],
  ["enter", "zoom", "Enter", "output on the whole screen", { hint: "zoom" }],
  ["/", "search", "/", "search in all that is kept", { hint: "search", focus: "output" }],
  ["n", "next", "n", "to the next match", { focus: "output" }],
  ["N", "previous", "N", "to the match before"],
  ["[", "earlier", "[", "the run before this one"],
  ["]", "later", "]", "the run after this one"],
  ["f", "follow", "f", "follow the end, or hold still", { hint: "follow" }],
  ["w", "wrap", "w", "wrap long lines, or cut them", { hint: "wrap" }],
  ["t", "times", "t", "when each line was written"],
  ["o", "streams", "o", "stdout, stderr, or both"],
  ["y", "copy", "y", "copy what is seen"],
  ["p", "pager", "p", "all of it in $PAGER"],
  ["K", "output_up", "K", "output a row up"],
  ["J", "output_down", "J", "output a row down"],
  ["left h", "left", "← h", "output to the left"],
  ["right l", "right", "→ l", "output to the right"],
];

const SCREEN: readonly Row[] = [
  ["m", "mouse", "m", "mouse to imp, or to terminal"],
  ["escape", "leave", "Esc", "one step back"],
  ["ctrl+l", "redraw", "Ctrl+L", "draw anew"],
  ["ctrl+z", "suspend", "Ctrl+Z", "to the shell; fg comes back"],
  ["? f1", "help", "?", "this help", { hint: "help" }],
  ["q ctrl+c", "quit", "q", "quit (Ctrl+C); jobs go on", { hint: "quit" }],
];

/**
 * Every key: what it does, and what the help and docs/reference.md say about it. The footer shows those with a hint, in
 * this order.
 */
export const KEY_BINDINGS: readonly KeyBinding[] = [
  ...JOBS.map((row) => toBinding("Jobs", row)),
  ...OUTPUT.map((row) => toBinding("Output", row)),
  ...SCREEN.map((row) => toBinding("Screen", row)),
];

function toBinding(group: KeyBinding["group"], row: Row): KeyBinding {
  const [keys, command, shown, what, more = {}] = row;
  const names = keys === " " ? [keys] : keys.split(" ");
  return { keys: names, command, group, shown, what, ...more };
}

/** What the key does for who has the keys, or undefined. */
export function commandOf(key: string, focus: "list" | "output"): KeyCommand | undefined {
  return KEY_BINDINGS.find((binding) =>
    binding.keys.includes(key) && (binding.focus ?? focus) === focus
  )?.command;
}

/** A key and what it does, for the footer. */
export interface KeyHint {
  readonly key: string;
  readonly what: string;
  readonly command: KeyCommand;
}

/** Better words for a moment than those of the table; null for keys that do nothing now. */
export type HintWords = Partial<Record<KeyCommand, string | null>>;

/** Options of {@linkcode footerHints}. */
export interface FooterOptions {
  readonly width: number;
  readonly focus: "list" | "output";
  readonly words: HintWords;
}

/**
 * The footer's keys in `width` cells: the most important ones that fit, help and quit always among them; those that only
 * the output has come first there.
 */
export function footerHints({ width, focus, words }: FooterOptions): KeyHint[] {
  const only = KEY_BINDINGS.filter((binding) => binding.focus === "output");
  const hints = [...only, ...KEY_BINDINGS.filter((binding) => !only.includes(binding))].flatMap((
    { shown, hint, command, focus: place = focus },
  ) =>
    hint === undefined || place !== focus || words[command] === null
      ? []
      : [{ key: shown, what: words[command] ?? hint, command }]
  );
  const isLast = ({ command }: { command: KeyCommand }) => command === "help" || command === "quit";
  const last = hints.filter(isLast);
  const shown: KeyHint[] = [];
  let room = width - hintsWidth(last);
  for (const hint of hints.filter((hint) => !isLast(hint))) {
    room -= hintsWidth([hint]);
    if (room < 0) break;
    shown.push(hint);
  }
  return [...shown, ...last];
}

/** How wide they are: a space before and behind each, and between key and words. */
export function hintsWidth(hints: readonly KeyHint[]): number {
  return hints.reduce((sum, { key, what }) => sum + textWidth(key) + textWidth(what) + 3, 0);
}

/** The help as lines of text: all keys by group, in as many columns as fit. */
export function helpLines(width: number): string[] {
  const toLines = (title: string, keys: readonly Pick<KeyBinding, "shown" | "what">[]) => [
    title,
    ...keys.map(({ shown, what }) => `  ${fitText(shown, 7)}${what}`),
  ];
  const groups = ["Jobs", "Output", "Screen"] as const;
  const [jobs = [], output = [], screen = []] = groups.map((group) =>
    toLines(group, KEY_BINDINGS.filter((binding) => binding.group === group))
  );
  const typing = toLines("While typing", FIELD_KEYS);
  const [left, right] = [[...jobs, "", ...typing], [...output, "", ...screen]];
  const leftWidth = Math.max(...left.map(textWidth)) + 3;
  const rightWidth = Math.max(...right.map(textWidth));
  if (leftWidth + rightWidth > width) return [...left, "", ...right];
  const rows = Math.max(left.length, right.length);
  return Array.from(
    { length: rows },
    (_, row) => fitText(left[row] ?? "", leftWidth) + (right[row] ?? ""),
  );
}
