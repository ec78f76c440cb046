import { assert, assertEquals } from "@std/assert";
import { encodeControl, encodeFrame, FrameDecoder, FrameKind } from "./frame.ts";

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
  const found = { control: 0, stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
  for (let at = 0; at < wire.length; at += size) {
    for (const { kind, body } of decoder.push(wire.slice(at, at + size))) {
      if (kind === FrameKind.stdout) found.stdout.push(body);
      else if (kind === FrameKind.stderr) found.stderr.push(body);
      else found.control++;
    }
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
