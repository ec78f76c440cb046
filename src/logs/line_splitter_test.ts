import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { eachLine, type LinePiece, LineSplitter, wholeCharacters } from "./line_splitter.ts";

const encoder = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

interface Piece {
  offset: number;
  bytes: Uint8Array;
  startsLine: boolean;
}

/** Feeds `input` cut at `cuts`, each chunk in the same buffer, as readers do. */
function split(input: Uint8Array, cuts: readonly number[], maxPieceBytes: number): Piece[] {
  const splitter = new LineSplitter(maxPieceBytes);
  const buffer = new Uint8Array(input.length);
  const pieces: Piece[] = [];
  const keep = (piece: Piece) => pieces.push({ ...piece, bytes: piece.bytes.slice() });
  let from = 0;
  for (const cut of [...cuts.toSorted((a, b) => a - b), input.length]) {
    const to = Math.min(Math.max(cut, from), input.length);
    buffer.set(input.subarray(from, to));
    for (const piece of splitter.push(buffer.subarray(0, to - from), from)) {
      for (const line of eachLine(piece)) keep(line);
    }
    from = to;
  }
  for (const piece of splitter.flush()) keep(piece);
  return pieces;
}

const text = fc.array(
  fc.oneof(
    fc.constantFrom("\n", "\r\n", "\n\n", "é", "€", "🐙", "\0", "a"),
    fc.string({ unit: "grapheme", maxLength: 20 }),
  ),
  { maxLength: 40 },
).map((parts) => encoder.encode(parts.join("")));
const cuts = fc.array(fc.nat(200), { maxLength: 20 });

Deno.test("F117 LineSplitter gives every byte once and in order, in lines, whatever the chunks", () => {
  fc.assert(fc.property(text, cuts, fc.integer({ min: 4, max: 50 }), (input, cuts, max) => {
    let offset = 0;
    let startsLine = true;
    for (const piece of split(input, cuts, max)) {
      assertEquals([piece.offset, piece.startsLine], [offset, startsLine]);
      assert(piece.bytes.length > 0 && piece.bytes.length <= max);
      assertEquals(piece.bytes, input.slice(offset, offset + piece.bytes.length));
      const newline = piece.bytes.indexOf(0x0a);
      assert(newline < 0 || newline === piece.bytes.length - 1, "a line ends at its newline");
      strict.decode(piece.bytes);
      offset += piece.bytes.length;
      startsLine = newline >= 0;
    }
    assertEquals(offset, input.length);
  }));
});

Deno.test("LineSplitter gives the same pieces whatever the chunks", () => {
  fc.assert(fc.property(text, cuts, fc.integer({ min: 4, max: 50 }), (input, cuts, max) => {
    assertEquals(split(input, cuts, max), split(input, [], max));
  }));
});

Deno.test("LineSplitter loses nothing of what is not UTF-8", () => {
  const bytes = fc.uint8Array({ maxLength: 100 });
  fc.assert(fc.property(bytes, cuts, fc.integer({ min: 4, max: 20 }), (input, cuts, max) => {
    assertEquals(split(input, cuts, max).flatMap(({ bytes }) => [...bytes]), [...input]);
  }));
});

Deno.test("B4 LineSplitter gives out what there is of a line, and what comes as the rest of it", () => {
  const splitter = new LineSplitter();
  const octopus = encoder.encode("🐙");
  assertEquals(splitter.push(encoder.encode("a\nContinue? "), 0).length, 1);
  assertEquals(splitter.isHolding, true);
  assertEquals(toText(splitter.pause()), ["pause true Continue? "]);
  assertEquals(splitter.pause(), []);
  assertEquals(splitter.push(octopus.subarray(0, 3), 12), []);
  assertEquals(splitter.pause(), []);
  assertEquals(splitter.isHolding, true);
  const rest = splitter.push(new Uint8Array([...octopus.subarray(3), 0x0a, 0x62]), 15);
  assertEquals(toText(rest), ["line false 🐙\n"]);
  assertEquals(rest.map(({ offset }) => offset), [12]);
  assertEquals(toText(splitter.flush()), ["line true b"]);
});

function toText(pieces: readonly LinePiece[]): string[] {
  const decoder = new TextDecoder();
  return pieces.map(({ bytes, end, startsLine }) =>
    `${end} ${startsLine} ${decoder.decode(bytes)}`
  );
}

Deno.test("wholeCharacters() leaves an unfinished character", () => {
  const octopus = [...encoder.encode("a🐙")];
  const lengths = [1, 2, 3, 4, 5].map((length) =>
    wholeCharacters(new Uint8Array(octopus.slice(0, length)))
  );
  assertEquals(lengths, [1, 1, 1, 1, 5]);
  assertEquals(wholeCharacters(new Uint8Array([0x80, 0x80, 0x80, 0x80, 0x80])), 5);
});
