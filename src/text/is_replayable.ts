// deno-lint-ignore-file no-control-regex
import type { TerminalPiece } from "./escape_splitter.ts";

const ENQ = 0x05;
const BEL = 0x07;

/** Titles, directories, links, marks of prompts, and colours that are set. */
const HARMLESS_OSC = /^(?:0|1|2|7|8|133|4|10|11|12|104|110|111|112)$/;
/** A picture, which is shown and asks for nothing. */
const SIXEL = /^\x1bP[\d;]*q/;

/**
 * Sequences that a terminal answers, or that do more than to draw: what it is (`c`, `n`, `x`, `>q`), what is set (`$p`,
 * `?u`, `?S`), what is drawn (`*y`, `$w`, `$u`, `&u`), how large it is and to be another size (`t`), to print (`i`), and
 * to forget what has scrolled off (`3J`).
 */
const UNSAFE_CSI: readonly RegExp[] = [
  /^[<=>?]?[\d;]*c$/,
  /^\??[\d;]*n$/,
  /^[\d;]*x$/,
  /^>[\d;]*q$/,
  /^\??[\d;]*\$p$/,
  /^\?[\d;]*u$/,
  /^\?[\d;]*S$/,
  /[*$&][ -/]*[uwy]$/,
  /^>?(?!2[23]\b)[\d;]*t$/,
  /^\??[\d;]*i$/,
  /^\??3J$/,
];

/** Their final bytes. */
const SUSPECTS = new Set(Array.from("cnxqpuSwytiJ", (each) => each.charCodeAt(0)));

const latin1 = new TextDecoder("latin1");

/**
 * Whether a sequence may be written to a terminal long after its program has written it: what asks the terminal
 * something would be answered into the stdin of a program that asks no more, and what rings, notifies, copies or prints
 * would do it again.
 */
export function isReplayable({ kind, bytes }: TerminalPiece): boolean {
  if (kind === "text") return true;
  if (kind === "string") return false;
  if (kind === "csi" && !SUSPECTS.has(bytes.at(-1)!)) return true;
  if (kind === "dcs") return SIXEL.test(latin1.decode(bytes.subarray(0, 64)));
  const text = latin1.decode(bytes);
  if (kind === "esc") return text !== "\x1bZ";
  if (kind === "osc") {
    const [number = "", ...values] = text.slice(2).replace(/(?:\x07|\x1b\\)$/, "").split(";");
    return HARMLESS_OSC.test(number) && !values.includes("?");
  }
  return !UNSAFE_CSI.some((pattern) => pattern.test(text.slice(2)));
}

/** Text without the two control characters that do more than to draw: the bell, and the one that is answered. */
export function toReplayableText(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(BEL) && !bytes.includes(ENQ)) return bytes;
  return bytes.filter((byte) => byte !== BEL && byte !== ENQ);
}
