// deno-lint-ignore-file no-control-regex
/** Options of {@linkcode TerminalText}. */
export interface TerminalTextOptions {
  /** Whether colours and the like (SGR, `ESC [ … m`) may stay. */
  allowColor: boolean;
}

/** A sequence that has not come to its end after this is none. */
const MAX_SEQUENCE = 4096;
const CONTROL = "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f]";
/** ECMA-48 5.4: parameters, intermediates, final byte. */
const CSI = "(?:\\x1b\\[|\\x9b)[0-?]{0,64}[ -/]{0,4}";
/** Operating system commands (title, clipboard, links), device control strings and their kin. */
const STRING = `(?:\\x1b[\\]PX^_]|[\\x90\\x98\\x9d-\\x9f])[^\\x07\\x1b\\x9c\\n]{0,${MAX_SEQUENCE}}`;

const ANY_CONTROL = new RegExp(CONTROL);
const TOKEN = new RegExp(
  `${CSI}[@-~]|${STRING}(?:\\x07|\\x1b\\\\|\\x9c)|\\x1b[ -/]{0,4}[0-~]|\\r\\n|${CONTROL}`,
  "g",
);
const UNFINISHED = new RegExp(`(?:${CSI}|${STRING}\\x1b?|\\x1b[ -/]{0,4}|\\r)$`);
const SGR = /^\x1b\[[0-9;:]*m$/;
const SGR_RESET = /^\x1b\[[0;]*m$/;

/**
 * Makes text from a job harmless for a terminal, in whatever pieces it arrives: escape sequences are dropped, other
 * control characters shown (`^G`, `\x9b`), and only newline, tab and, where allowed, colours stay.
 */
export class TerminalText {
  readonly #allowColor: boolean;
  #held = "";
  #isColored = false;

  constructor(options: TerminalTextOptions) {
    this.#allowColor = options.allowColor;
  }

  /** What of the text so far may be shown; the beginning of a sequence is held back until its end comes. */
  push(text: string): string {
    const all = this.#held + text;
    this.#held = "";
    if (!ANY_CONTROL.test(all)) return all;
    const unfinished = UNFINISHED.exec(all);
    if (unfinished === null || unfinished[0].length > MAX_SEQUENCE) return this.#clean(all);
    this.#held = unfinished[0];
    return this.#clean(all.slice(0, unfinished.index));
  }

  /** What was held back, and the end of a colour that was left on. */
  end(): string {
    const rest = this.#clean(this.#held);
    this.#held = "";
    if (!this.#isColored) return rest;
    this.#isColored = false;
    return rest + "\x1b[0m";
  }

  #clean(text: string): string {
    return text.replace(TOKEN, (token) => {
      if (token === "\r\n") return "\n";
      if (token.length === 1) return showControl(token);
      if (!this.#allowColor || !SGR.test(token)) return "";
      this.#isColored = !SGR_RESET.test(token);
      return token;
    });
  }
}

function showControl(character: string): string {
  const code = character.charCodeAt(0);
  if (code >= 0x80) return `\\x${code.toString(16)}`;
  return code === 0x7f ? "^?" : `^${String.fromCharCode(code + 0x40)}`;
}

/** A whole text made harmless for a terminal: see {@linkcode TerminalText}. */
export function escapeControl(text: string, options: TerminalTextOptions): string {
  if (!ANY_CONTROL.test(text)) return text;
  const cleaner = new TerminalText(options);
  return cleaner.push(text) + cleaner.end();
}

/** What moves text about without being a control character: writing direction, and the two line separators. */
const DIRECTION = /[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
/** Most labels have nothing else: no control character, and nothing that moves text about. */
const PLAIN_LABEL = /^[\x20-\x7e]*$/;

/** A name or a command as part of one line: nothing in it breaks the line or turns it around. */
export function escapeLabel(text: string): string {
  if (PLAIN_LABEL.test(text)) return text;
  return escapeControl(text, { allowColor: false })
    .replace(/\n/g, "\\n")
    .replace(/\t/g, "\\t")
    .replace(
      DIRECTION,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
}
