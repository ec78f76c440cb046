import { fitText, textWidth } from "../text/clean_text.ts";

/** What a key does while nothing is asked. */
export type KeyCommand =
  | "up"
  | "down"
  | "page_up"
  | "page_down"
  | "first"
  | "last"
  | "switch_focus"
  | "zoom"
  | "leave"
  | "start_stop"
  | "restart"
  | "remove"
  | "signal"
  | "attach"
  | "filter"
  | "output_up"
  | "output_down"
  | "left"
  | "right"
  | "follow"
  | "wrap"
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
}

/** Every key: what it does, and the help's text about it. The footer shows those with a hint, in this order. */
export const KEY_BINDINGS: readonly KeyBinding[] = [
  {
    keys: ["up", "k"],
    command: "up",
    group: "Jobs",
    shown: "↑ k",
    what: "up: a job, or a row",
  },
  {
    keys: ["down", "j"],
    command: "down",
    group: "Jobs",
    shown: "↓ j",
    what: "down",
  },
  {
    keys: ["pageup", "ctrl+u", "ctrl+b"],
    command: "page_up",
    group: "Jobs",
    shown: "PgUp",
    what: "a page up (Ctrl+U)",
  },
  {
    keys: ["pagedown", "ctrl+d", "ctrl+f"],
    command: "page_down",
    group: "Jobs",
    shown: "PgDn",
    what: "a page down (Ctrl+D)",
  },
  { keys: ["g", "home"], command: "first", group: "Jobs", shown: "g", what: "to the first" },
  { keys: ["G", "end"], command: "last", group: "Jobs", shown: "G", what: "to the last" },
  {
    keys: ["s"],
    command: "start_stop",
    group: "Jobs",
    shown: "s",
    what: "start the job, or stop it",
    hint: "start/stop",
  },
  {
    keys: ["r"],
    command: "restart",
    group: "Jobs",
    shown: "r",
    what: "restart the job",
    hint: "restart",
  },
  {
    keys: ["d"],
    command: "remove",
    group: "Jobs",
    shown: "d",
    what: "remove the job (asks)",
    hint: "remove",
  },
  {
    keys: ["x"],
    command: "signal",
    group: "Jobs",
    shown: "x",
    what: "send a signal (asks)",
    hint: "signal",
  },
  {
    keys: ["a"],
    command: "attach",
    group: "Jobs",
    shown: "a",
    what: "attach to its terminal",
    hint: "attach",
  },
  {
    keys: ["/"],
    command: "filter",
    group: "Jobs",
    shown: "/",
    what: "filter the list",
    hint: "filter",
  },
  {
    keys: ["tab", "shift+tab"],
    command: "switch_focus",
    group: "Output",
    shown: "Tab",
    what: "keys go to output, or to list",
  },
  {
    keys: ["enter"],
    command: "zoom",
    group: "Output",
    shown: "Enter",
    what: "output on the whole screen",
    hint: "zoom",
  },
  {
    keys: ["f"],
    command: "follow",
    group: "Output",
    shown: "f",
    what: "follow the end, or hold still",
    hint: "follow",
  },
  {
    keys: ["w"],
    command: "wrap",
    group: "Output",
    shown: "w",
    what: "wrap long lines, or cut them",
    hint: "wrap",
  },
  { keys: ["K"], command: "output_up", group: "Output", shown: "K", what: "output a row up" },
  { keys: ["J"], command: "output_down", group: "Output", shown: "J", what: "output a row down" },
  {
    keys: ["left", "h"],
    command: "left",
    group: "Output",
    shown: "← h",
    what: "output to the left",
  },
  {
    keys: ["right", "l"],
    command: "right",
    group: "Output",
    shown: "→ l",
    what: "output to the right",
  },
  {
    keys: ["m"],
    command: "mouse",
    group: "Screen",
    shown: "m",
    what: "mouse to imp, or to terminal",
  },
  {
    keys: ["escape"],
    command: "leave",
    group: "Screen",
    shown: "Esc",
    what: "one step back",
  },
  { keys: ["ctrl+l"], command: "redraw", group: "Screen", shown: "Ctrl+L", what: "draw anew" },
  {
    keys: ["ctrl+z"],
    command: "suspend",
    group: "Screen",
    shown: "Ctrl+Z",
    what: "to the shell; fg comes back",
  },
  {
    keys: ["?", "f1"],
    command: "help",
    group: "Screen",
    shown: "?",
    what: "this help",
    hint: "help",
  },
  {
    keys: ["q", "ctrl+c"],
    command: "quit",
    group: "Screen",
    shown: "q",
    what: "quit (Ctrl+C); jobs go on",
    hint: "quit",
  },
];

const BY_KEY: ReadonlyMap<string, KeyCommand> = new Map(
  KEY_BINDINGS.flatMap(({ keys, command }) => keys.map((key) => [key, command] as const)),
);

/** What the key does, or undefined. */
export function commandOf(key: string): KeyCommand | undefined {
  return BY_KEY.get(key);
}

/** A key and what it does, for the footer. */
export interface KeyHint {
  readonly key: string;
  readonly what: string;
}

/** Better words for a moment than those of the table; null for keys that do nothing now. */
export type HintWords = Partial<Record<KeyCommand, string | null>>;

/** The footer's keys in `width` cells: the most important ones that fit, help and quit always among them. */
export function footerHints(width: number, words: HintWords): KeyHint[] {
  const hints = KEY_BINDINGS.flatMap(({ shown, hint, command }) =>
    hint === undefined || words[command] === null
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
  return [...shown, ...last].map(({ key, what }) => ({ key, what }));
}

/** A space before each hint, and between key and words. */
function hintsWidth(hints: readonly KeyHint[]): number {
  return hints.reduce((sum, { key, what }) => sum + textWidth(key) + textWidth(what) + 3, 0);
}

/** The help as lines of text: all keys by group, in as many columns as fit. */
export function helpLines(width: number): string[] {
  const groups = ["Jobs", "Output", "Screen"] as const;
  const blocks = groups.map((group) => [
    group,
    ...KEY_BINDINGS.filter((binding) => binding.group === group)
      .map(({ shown, what }) => `  ${fitText(shown, 7)}${what}`),
  ]);
  const [jobs = [], output = [], screen = []] = blocks;
  const [left, right] = [jobs, [...output, "", ...screen]];
  const leftWidth = Math.max(...left.map(textWidth)) + 3;
  const rightWidth = Math.max(...right.map(textWidth));
  if (leftWidth + rightWidth > width) return [...jobs, "", ...output, "", ...screen];
  const rows = Math.max(left.length, right.length);
  return Array.from(
    { length: rows },
    (_, row) => fitText(left[row] ?? "", leftWidth) + (right[row] ?? ""),
  );
}
