/** A key, by the names that browsers give it, and what it does. */
interface KeyWords {
  readonly keys: readonly string[];
  readonly what: string;
}

/** Every key of the page, in the order of its help and of docs/web.md. */
const PAGE_KEYS = {
  next: { keys: ["j", "ArrowDown"], what: "next job" },
  before: { keys: ["k", "ArrowUp"], what: "job before" },
  startOrStop: { keys: ["s"], what: "start, or stop" },
  restart: { keys: ["r"], what: "restart" },
  signal: { keys: ["x"], what: "choose a signal" },
  details: { keys: ["i"], what: "all about the job, and its runs" },
  search: { keys: ["/"], what: "search in the output; Esc shows all again" },
  earlier: { keys: ["["], what: "earlier run" },
  later: { keys: ["]"], what: "later run" },
  follow: { keys: ["f", "G"], what: "end of the output, and follow" },
  top: { keys: ["g"], what: "top of the output" },
  output: { keys: ["o"], what: "into the output" },
  events: { keys: ["e"], what: "events" },
  project: { keys: ["p"], what: "another project" },
  help: { keys: ["?"], what: "all keys" },
} as const satisfies Readonly<Record<string, KeyWords>>;
export type KeyName = keyof typeof PAGE_KEYS;

/** All of them, each with its name. */
export function listKeys(): (KeyWords & { readonly name: KeyName })[] {
  return Object.entries(PAGE_KEYS).map(([name, words]) => ({ name: name as KeyName, ...words }));
}

/** What is written on a key. */
export function shownKey(key: string): string {
  return { ArrowDown: "↓", ArrowUp: "↑" }[key] ?? key;
}
