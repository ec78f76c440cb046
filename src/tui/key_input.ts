// deno-lint-ignore-file no-control-regex
/** What the user did with keyboard or mouse. */
export type InputEvent =
  /** `name` is the character itself, or a word such as `up`, `pagedown`, `enter`, `ctrl+c`. */
  | { readonly type: "key"; readonly name: string }
  /** Cells are counted from 0. */
  | { readonly type: "mouse"; readonly action: MouseAction; readonly x: number; readonly y: number }
  | { readonly type: "paste"; readonly text: string };

export type MouseAction = "press" | "drag" | "release" | "wheel_up" | "wheel_down";

/** Final bytes of CSI and SS3 sequences. */
const BY_FINAL: Readonly<Record<string, string>> = {
  A: "up",
  B: "down",
  C: "right",
  D: "left",
  E: "begin",
  F: "end",
  H: "home",
  M: "enter",
  P: "f1",
};
/** Numbers of `ESC [ N ~`. */
const BY_NUMBER: Readonly<Record<number, string>> = {
  1: "home",
  2: "insert",
  3: "delete",
  4: "end",
  5: "pageup",
  6: "pagedown",
  7: "home",
  8: "end",
};
const BY_CHARACTER: Readonly<Record<string, string>> = {
  "\r": "enter",
  "\n": "enter",
  "\t": "tab",
  "\x7f": "backspace",
  "\b": "backspace",
};
const PASTE_BEGIN = "\x1b[200~";
const PASTE_END = "\x1b[201~";
/** More than a prompt can use. */
const MAX_PASTE_CHARS = 4_096;

const MOUSE = /\x1b\[<(\d{1,4});(\d{1,5});(\d{1,5})([Mm])/y;
const SEQUENCE = /\x1b(?:\[([\d;:?<=>]*)([ -/]*[@-~])|O([\d;]*)([A-Za-z]))/y;
const UNFINISHED = /\x1b(?:\[[\d;:?<=>]{0,32}|O\d{0,2})?$/y;

/** Understands what a terminal sends in raw mode, whatever pieces it arrives in. */
export class KeyDecoder {
  readonly #decoder = new TextDecoder();
  #rest = "";
  #paste: string | undefined;

  /** What `bytes` say. An escape sequence that is cut off waits for more; see {@linkcode isWaiting}. */
  push(bytes: Uint8Array): InputEvent[] {
    this.#rest += this.#decoder.decode(bytes, { stream: true });
    return this.#decode(false);
  }

  /** True when the last bytes may be the Escape key or the beginning of a sequence: only time can tell. */
  get isWaiting(): boolean {
    return this.#rest !== "" && this.#paste === undefined;
  }

  /** Nothing more came: takes what is waiting for what it is. */
  flush(): InputEvent[] {
    return this.#decode(true);
  }

  #decode(isFinal: boolean): InputEvent[] {
    const events: InputEvent[] = [];
    while (this.#rest !== "") {
      if (this.#paste !== undefined) {
        const pasted = this.#readPaste();
        if (pasted === undefined) break;
        events.push({ type: "paste", text: pasted });
        continue;
      }
      if (!isFinal && matchAt(UNFINISHED, this.#rest)) break;
      const { event, length } = readEvent(this.#rest);
      if (this.#rest.startsWith(PASTE_BEGIN)) this.#paste = "";
      this.#rest = this.#rest.slice(length);
      if (event) events.push(event);
    }
    return events;
  }

  /** The whole paste, once its end is there. */
  #readPaste(): string | undefined {
    const end = this.#rest.indexOf(PASTE_END);
    // The beginning of the end mark may be there already.
    const taken = end >= 0 ? end : Math.max(0, this.#rest.length - PASTE_END.length + 1);
    const text = (this.#paste + this.#rest.slice(0, taken)).slice(0, MAX_PASTE_CHARS);
    this.#rest = this.#rest.slice(end >= 0 ? end + PASTE_END.length : taken);
    this.#paste = end >= 0 ? undefined : text;
    return end >= 0 ? text : undefined;
  }
}

function readEvent(text: string): { event?: InputEvent | undefined; length: number } {
  const mouse = matchAt(MOUSE, text);
  if (mouse) return { event: toMouse(mouse), length: mouse[0].length };
  const sequence = matchAt(SEQUENCE, text);
  if (sequence) return { event: toSequenceKey(sequence), length: sequence[0].length };
  const char = String.fromCodePoint(text.codePointAt(0)!);
  if (char !== "\x1b") return { event: toKey(nameOf(char)), length: char.length };
  const next = text.length > 1 ? String.fromCodePoint(text.codePointAt(1)!) : "";
  if (next === "" || next === "\x1b") return { event: toKey("escape"), length: 1 };
  return { event: toKey(`alt+${nameOf(next)}`), length: 1 + next.length };
}

function matchAt(pattern: RegExp, text: string): RegExpExecArray | null {
  pattern.lastIndex = 0;
  return pattern.exec(text);
}

function toKey(name: string): InputEvent {
  return { type: "key", name };
}

function nameOf(char: string): string {
  const known = BY_CHARACTER[char];
  if (known) return known;
  const code = char.codePointAt(0)!;
  if (code === 0) return "ctrl+space";
  return code < 0x20 ? `ctrl+${String.fromCharCode(code + 0x60)}` : char;
}

function toMouse([, button, x, y, final]: RegExpExecArray): InputEvent | undefined {
  const code = Number(button);
  const at = { x: Number(x) - 1, y: Number(y) - 1 };
  // Shift, Alt and Control (4, 8, 16) change nothing; 32 is a movement.
  const kind = code & ~0b11100;
  if (kind === 64) return { type: "mouse", action: "wheel_up", ...at };
  if (kind === 65) return { type: "mouse", action: "wheel_down", ...at };
  // With the left button held down.
  if (kind === 32) return { type: "mouse", action: "drag", ...at };
  if (kind !== 0) return undefined;
  return { type: "mouse", action: final === "M" ? "press" : "release", ...at };
}

function toSequenceKey([, csi, csiFinal, ss3, ss3Final]: RegExpExecArray): InputEvent | undefined {
  const [first = "", second = ""] = (csi ?? ss3 ?? "").split(";");
  const final = csiFinal ?? ss3Final ?? "";
  if (final === "Z") return toKey("shift+tab");
  const name = final === "~" ? BY_NUMBER[Number(first)] : BY_FINAL[final];
  return name === undefined ? undefined : toKey(modifiers(second) + name);
}

/** Terminals send 1 plus a bit for each of Shift, Alt and Control. */
function modifiers(parameter: string): string {
  const bits = Math.max(0, Number.parseInt(parameter || "1", 10) - 1);
  return (bits & 4 ? "ctrl+" : "") + (bits & 2 ? "alt+" : "") + (bits & 1 ? "shift+" : "");
}
