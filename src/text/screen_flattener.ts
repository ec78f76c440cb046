// deno-lint-ignore-file no-control-regex
const ESC = "\x1b";
/** A sequence that has not come to its end after this is none. */
const MAX_SEQUENCE = 64;

/** 1 and 2: modes of its own that a terminal is to set or reset; 3 and 4: where the cursor is to go on the screen. */
const SEQUENCES = /\x1b\[\?([\d;]*)([hl])|\x1b\[([\d;]*)([Hfd])|\x1bc/g;
const HAS_SEQUENCE = new RegExp(SEQUENCES.source);
const UNFINISHED = /\x1b(?:\[[?\d;]*)?$/;
const UNSEEN =
  /\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?|\x1b[ -/]*[0-~]|[\x00-\x1f\x7f]/g;
/** The modes that change to the alternate screen and back. */
const ALTERNATE_MODES: ReadonlySet<string> = new Set(["47", "1047", "1049"]);

/**
 * Makes lines of what a program writes to a whole screen, so that they can be shown below each other: where it goes to
 * another row a line begins. What it draws on the alternate screen (vim, less, htop) is left out, for that is gone when
 * the program ends. All else stays as it is, the other control sequences too.
 */
export class ScreenFlattener {
  #held = "";
  #isAlternate = false;
  /** Whether something is seen of the present line. */
  #hasText = false;
  #hasHidden = false;

  /** Whether anything was left out so far. */
  get hasHidden(): boolean {
    return this.#hasHidden;
  }

  /** Whether text without escape sequences would stay as it is. */
  get isIdle(): boolean {
    return this.#held === "" && !this.#isAlternate;
  }

  /** While idle: such text was passed by; it ended a line or not. */
  passBy(hasEndedLine: boolean): void {
    this.#hasText = !hasEndedLine;
  }

  /** Takes text in whatever pieces; the beginning of a sequence is held back until its end comes. */
  push(text: string): string {
    if (this.isIdle && !text.includes(ESC)) return this.#see(text);
    let all = this.#held + text;
    this.#held = "";
    const held = UNFINISHED.exec(all)?.[0] ?? "";
    if (held.length <= MAX_SEQUENCE) {
      this.#held = held;
      all = all.slice(0, all.length - held.length);
    }
    return this.#isAlternate || HAS_SEQUENCE.test(all) ? this.#flatten(all) : this.#see(all);
  }

  /** What was held back and will get no end. */
  end(): string {
    const held = this.#held;
    this.#held = "";
    return this.#isAlternate ? "" : held;
  }

  #flatten(text: string): string {
    let [result, from] = ["", 0];
    for (const match of text.matchAll(SEQUENCES)) {
      result += this.#pass(text.slice(from, match.index)) + this.#obey(match);
      from = match.index + match[0].length;
    }
    return result + this.#pass(text.slice(from));
  }

  #pass(text: string): string {
    if (!this.#isAlternate) return this.#see(text);
    this.#hasHidden ||= text !== "";
    return "";
  }

  /** What stands for a sequence. */
  #obey([all, modes, change, place = "", move]: RegExpExecArray): string {
    if (modes !== undefined) {
      const isOfScreen = modes.split(";").some((mode) => ALTERNATE_MODES.has(mode));
      if (isOfScreen) this.#isAlternate = change === "h";
      return isOfScreen || this.#isAlternate ? "" : all;
    }
    if (this.#isAlternate) return "";
    const column = move === "d" ? 1 : Number(place.split(";")[1] || 1);
    const indent = column > 1 ? `${ESC}[${column}G` : "";
    const begin = this.#hasText ? "\n" : "";
    this.#hasText = false;
    return begin + indent;
  }

  #see(text: string): string {
    const start = text.lastIndexOf("\n") + 1;
    const rest = text.slice(start);
    if (start > 0) this.#hasText = false;
    this.#hasText ||= rest.replace(UNSEEN, "") !== "";
    return text;
  }
}
