import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  encodeControl,
  encodeFrame,
  encodeFrameInPlace,
  FrameDecoder,
  FrameKind,
} from "./frame.ts";

/** Bytes that are all different from their neighbours. */
function bytes(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, index) => index % 251);
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

/** Everything of each kind that comes out when `wire` arrives in chunks of `size`. */
function decode(wire: Uint8Array, size: number) {
  const decoder = new FrameDecoder();
  decoder.passesBytes = true;
  const found = {
    control: 0,
    stdout: [] as Uint8Array[],
    stderr: [] as Uint8Array[],
    pieces: [] as number[][],
  };
  for (let at = 0; at < wire.length; at += size) {
    const order: number[] = [];
    for (const { kind, body } of decoder.push(wire.slice(at, at + size))) {
      order.push(kind);
      if (kind === FrameKind.stdout) found.stdout.push(body);
      else if (kind === FrameKind.stderr) found.stderr.push(body);
      else found.control++;
    }
    found.pieces.push(order);
  }
  assert(decoder.isAtBoundary);
  return found;
}

Deno.test("push() passes output on in pieces that make the whole, wherever it is cut", () => {
  const out = bytes(300);
  const wire = join([
    encodeFrame(FrameKind.stdout, out),
    encodeControl({ type: "ping" }),
    encodeFrame(FrameKind.stderr, bytes(7)),
    encodeFrame(FrameKind.stdout, new Uint8Array()),
    encodeFrame(FrameKind.stdout, bytes(1)),
    encodeControl({ type: "exit" }),
  ]);
  for (let size = 1; size <= wire.length; size++) {
    const { control, stdout, stderr } = decode(wire, size);
    assertEquals(control, 2);
    assertEquals(join(stdout), join([out, bytes(1)]));
    assertEquals(join(stderr), bytes(7));
  }
});

Deno.test("push() does not wait for the end of a frame of output, and copies none of it", () => {
  const wire = encodeFrame(FrameKind.stdout, bytes(100));
  const decoder = new FrameDecoder();
  decoder.passesBytes = true;
  const chunk = wire.subarray(0, 50);
  const [piece] = [...decoder.push(chunk)];
  assertEquals(piece!.body, bytes(45));
  assertEquals(piece!.body.buffer, chunk.buffer);
  assertEquals(decoder.isAtBoundary, false);
});

Deno.test("push() passes the frames of one kind on as one piece, and keeps the order of kinds", () => {
  const { stdout, stderr, control } = FrameKind;
  const wire = join([
    ...[30, 1, 200].map((length) => encodeFrame(stdout, bytes(length))),
    encodeFrame(stderr, bytes(9)),
    encodeControl({ type: "ping" }),
    ...[5, 6].map((length) => encodeFrame(stdout, bytes(length))),
  ]);
  const whole = decode(wire, wire.length);
  assertEquals(whole.pieces, [[stdout, stderr, control, stdout]]);
  assertEquals(whole.stdout, [join([30, 1, 200].map(bytes)), join([5, 6].map(bytes))]);
  for (let size = 1; size <= wire.length; size++) {
    const cut = decode(wire, size);
    assertEquals(join(cut.stdout), join(whole.stdout));
    assertEquals(join(cut.stderr), bytes(9));
    const order = cut.pieces.flat().filter((kind, at, all) => kind !== all[at - 1]);
    assertEquals(order, [stdout, stderr, control, stdout]);
  }
});

Deno.test("push() gives out what is whole before it refuses what follows", () => {
  const decoder = new FrameDecoder();
  decoder.passesBytes = true;
  const tooLarge = encodeFrame(FrameKind.stdout, bytes(5));
  new DataView(tooLarge.buffer).setUint32(0, 2 ** 31);
  const given: number[] = [];
  assertThrows(() => {
    for (
      const { body } of decoder.push(join([encodeFrame(FrameKind.stdout, bytes(4)), tooLarge]))
    ) {
      given.push(body.length);
    }
  });
  assertEquals(given, [4]);
});

Deno.test("encodeFrameInPlace() writes the header into the room before a body, and nothing else", () => {
  const buffer = bytes(40);
  const before = buffer.slice();
  const frame = encodeFrameInPlace(FrameKind.stderr, buffer.subarray(12, 30));
  assertEquals(frame, encodeFrame(FrameKind.stderr, before.subarray(12, 30)));
  assertEquals(frame.buffer, buffer.buffer);
  assertEquals([buffer.slice(0, 7), buffer.slice(12)], [before.slice(0, 7), before.slice(12)]);
});
