import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { LineSplitter, wholeCharacters } from "./line_splitter.ts";

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
    for (const piece of splitter.push(buffer.subarray(0, to - from), from)) keep(piece);
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

Deno.test("LineSplitter knows whether it is inside a line", () => {
  const splitter = new LineSplitter(4);
  assertEquals(splitter.isInsideLine, false);
  assertEquals([...splitter.push(encoder.encode("abcd"), 0)].length, 1);
  assertEquals(splitter.isInsideLine, true);
  assertEquals([...splitter.push(encoder.encode("\n"), 4)].length, 1);
  assertEquals(splitter.isInsideLine, false);
});

Deno.test("wholeCharacters() leaves an unfinished character", () => {
  const octopus = [...encoder.encode("a🐙")];
  const lengths = [1, 2, 3, 4, 5].map((length) =>
    wholeCharacters(new Uint8Array(octopus.slice(0, length)))
  );
  assertEquals(lengths, [1, 1, 1, 1, 5]);
  assertEquals(wholeCharacters(new Uint8Array([0x80, 0x80, 0x80, 0x80, 0x80])), 5);
});
