// deno-lint-ignore-file no-control-regex

/** `Ctrl+\` as terminals send it by themselves. */
const PREFIX = 0x1c;
const LETTER_D = 0x64;
/** The key of `Ctrl+\` and that of `d`, where a program has asked for keys by their numbers. */
const BACKSLASH_KEY = 92;

/** kitty's keyboard protocol: key, modifiers, and whether it is let go of. */
const KITTY = /\x1b\[(\d+)(?::\d*)*(?:;(\d*)(?::(\d))?(?:;[\d:]*)?)?u/y;
/** xterm's modifyOtherKeys: modifiers, key. */
const XTERM = /\x1b\[27;(\d+);(\d+)~/y;
/** The beginning of one of them, up to a number at least: an Escape alone is a key. */
const UNFINISHED = /\x1b\[\d[\d;:]*$/;

const CONTROL = 4;
/** Shift, Alt, Ctrl, Super, Hyper and Meta; caps lock and num lock are none that count. */
const MODIFIERS = 63;
const LET_GO = "3";
/** Shift, Ctrl and their kind, pressed by themselves. */
const FIRST_MODIFIER_KEY = 57_441;
const LAST_MODIFIER_KEY = 57_454;

/** A key as far as it matters here. */
interface Key {
  readonly what: "prefix" | "d" | "nothing" | "other";
  readonly length: number;
}

/** What is to be done with what was typed. */
export interface TypedKeys {
  /** For the job. */
  readonly keys: string;
  readonly detaches: boolean;
}

/**
 * Finds `Ctrl+\` `d` in what is typed, for which nothing is sent on; `Ctrl+\` twice is sent as one, and before any other
 * key it is sent as it is. Bytes are taken, and given, as the characters of their number.
 */
export class DetachKeys {
  /** A `Ctrl+\` of which is not known yet what it is for, as it was typed. */
  #prefix = "";
  #unfinished = "";

  /** Takes what was typed, in whatever chunks; what comes behind the keys that detach is nobody's. */
  take(chunk: string): TypedKeys {
    const typed = this.#unfinished + chunk;
    const unfinished = UNFINISHED.exec(typed)?.[0] ?? "";
    // Only once: what never gets its end is typed all the same.
    this.#unfinished = this.#unfinished === "" ? unfinished : "";
    const text = typed.slice(0, typed.length - this.#unfinished.length);
    let keys = "";
    for (let at = 0; at < text.length;) {
      const { what, length } = keyAt(text, at);
      const bytes = text.slice(at, at + length);
      at += length;
      if (what === "nothing") keys += bytes;
      else if (this.#prefix === "") {
        if (what === "prefix") this.#prefix = bytes;
        else keys += bytes;
      } else {
        if (what === "d") return { keys, detaches: true };
        keys += what === "prefix" ? this.#prefix : this.#prefix + bytes;
        this.#prefix = "";
      }
    }
    return { keys, detaches: false };
  }
}

function keyAt(text: string, at: number): Key {
  const code = text.charCodeAt(at);
  if (code === PREFIX) return { what: "prefix", length: 1 };
  if (code === LETTER_D) return { what: "d", length: 1 };
  if (code !== 0x1b) return { what: "other", length: 1 };
  const kitty = matchAt(KITTY, text, at);
  if (kitty) {
    const [all, key = "", modifiers = "", change = ""] = kitty;
    return { what: meaningOf(Number(key), modifiers, change), length: all.length };
  }
  const xterm = matchAt(XTERM, text, at);
  if (!xterm) return { what: "other", length: 1 };
  const [all, modifiers = "", key = ""] = xterm;
  return { what: meaningOf(Number(key), modifiers, ""), length: all.length };
}

function meaningOf(key: number, modifiers: string, change: string): Key["what"] {
  if (change === LET_GO || (key >= FIRST_MODIFIER_KEY && key <= LAST_MODIFIER_KEY)) {
    return "nothing";
  }
  const held = (Number(modifiers || "1") - 1) & MODIFIERS;
  if (key === BACKSLASH_KEY && held === CONTROL) return "prefix";
  return key === LETTER_D && held === 0 ? "d" : "other";
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
