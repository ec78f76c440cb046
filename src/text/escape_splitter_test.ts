import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { EscapeSplitter, type TerminalPiece } from "./escape_splitter.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function split(chunks: readonly string[]): { pieces: [string, string][]; held: string } {
  const splitter = new EscapeSplitter();
  const pieces = chunks.flatMap((chunk) => splitter.push(encoder.encode(chunk)));
  return { pieces: pieces.map(toPair), held: decoder.decode(splitter.held) };
}

function toPair({ kind, bytes }: TerminalPiece): [string, string] {
  return [kind, decoder.decode(bytes)];
}

/** Text that follows text is one. */
function join(pieces: readonly [string, string][]): [string, string][] {
  const joined: [string, string][] = [];
  for (const [kind, text] of pieces) {
    const last = joined.at(-1);
    if (kind === "text" && last?.[0] === "text") last[1] += text;
    else joined.push([kind, text]);
  }
  return joined;
}

Deno.test("sequences are told apart, and those that only draw belong to the text", () => {
  assertEquals(
    split(["a\x1b[31mb\x1b[?25lc\x1b]0;t\x07d\x1bPq\x1b\\e\x1b_G\x1b\\f\x1b(0g\x1b[c"]),
    {
      pieces: [
        ["text", "a\x1b[31mb"],
        ["csi", "\x1b[?25l"],
        ["text", "c"],
        ["osc", "\x1b]0;t\x07"],
        ["text", "d"],
        ["dcs", "\x1bPq\x1b\\"],
        ["text", "e"],
        ["string", "\x1b_G\x1b\\"],
        ["text", "f"],
        ["esc", "\x1b(0"],
        ["text", "g"],
        ["csi", "\x1b[c"],
      ],
      held: "",
    },
  );
});

Deno.test("one sequence ends another that has no end, and CAN and SUB end all", () => {
  assertEquals(split(["\x1b]0;t\x1b[c"]).pieces, [["osc", "\x1b]0;t"], ["csi", "\x1b[c"]]);
  assertEquals(split(["\x1b[1\x1b[c"]).pieces, [["csi", "\x1b[1"], ["csi", "\x1b[c"]]);
  assertEquals(split(["\x1bPq\x18a"]).pieces, [["dcs", "\x1bPq\x18"], ["text", "a"]]);
  assertEquals(split(["\x1b[1"]), { pieces: [], held: "\x1b[1" });
});

Deno.test("the pieces are all that was written, and the same wherever it is cut", () => {
  const parts = fc.constantFrom(
    ...[
      "\x1b",
      "[",
      "]",
      "P",
      "_",
      "\\",
      "?",
      ";",
      "1",
      "25",
      "h",
      "c",
      "m",
      "H",
      "(",
      "B",
      "\x07",
    ],
    ...[
      "text",
      "é漢",
      "\r\n",
      "\x18",
      "\x1b[31m",
      "\x1b[?25l",
      "\x1b]0;t\x1b\\",
      "\x1b[6n",
      "\x1bc",
    ],
  );
  fc.assert(
    fc.property(
      fc.array(parts, { maxLength: 40 }),
      fc.array(fc.nat(200), { maxLength: 5 }),
      (words, cuts) => {
        const text = words.join("");
        const points = [...new Set([0, ...cuts.map((cut) => cut % (text.length + 1)), text.length])]
          .toSorted((a, b) => a - b);
        const chunks = points.slice(1).map((point, index) => text.slice(points[index], point));
        const whole = split([text]);
        assertEquals(whole.pieces.map(([, piece]) => piece).join("") + whole.held, text);
        const cut = split(chunks);
        assertEquals([join(cut.pieces), cut.held], [join(whole.pieces), whole.held]);
      },
    ),
    { numRuns: 3_000 },
  );
});
