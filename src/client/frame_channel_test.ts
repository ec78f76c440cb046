import { assertEquals, assertRejects } from "@std/assert";
import { AppError } from "../base/app_error.ts";
import { encodeControl, encodeFrame, FrameKind } from "../protocol/frame.ts";
import { type ByteStream, FrameChannel } from "./frame_channel.ts";

/** A stream that gives these pieces, then ends, and takes at most `room` bytes at a write. */
function fakeStream(pieces: (Uint8Array | Error)[], room = 3) {
  const written: number[] = [];
  let closes = 0;
  const stream: ByteStream = {
    read(buffer) {
      const piece = pieces.shift();
      if (piece === undefined) return Promise.resolve(null);
      if (piece instanceof Error) return Promise.reject(piece);
      buffer.set(piece);
      return Promise.resolve(piece.length);
    },
    write(bytes) {
      const taken = bytes.subarray(0, room);
      written.push(...taken);
      return Promise.resolve(taken.length);
    },
    closeWrite: () => Promise.resolve(),
    close: () => closes++,
  };
  return { stream, written, closes: () => closes };
}

const FRAME = encodeControl({ a: 1 });

async function lossOf(channel: FrameChannel): Promise<string> {
  return (await assertRejects(() => channel.read(), AppError)).code;
}

Deno.test("FrameChannel reads frames however the bytes are cut", async () => {
  const bytes = new Uint8Array([...FRAME, ...encodeFrame(FrameKind.stdout, FRAME)]);
  for (let cut = 0; cut <= bytes.length; cut++) {
    const pieces = [bytes.slice(0, cut), bytes.slice(cut)].filter((piece) => piece.length > 0);
    const channel = new FrameChannel(fakeStream(pieces).stream);
    assertEquals((await channel.read())?.kind, FrameKind.control);
    assertEquals(await channel.read(), { kind: FrameKind.stdout, body: FRAME });
    assertEquals(await channel.read(), undefined);
  }
});

Deno.test("FrameChannel keeps no frame in the buffer that the next read overwrites", async () => {
  const one = encodeFrame(FrameKind.stdout, new Uint8Array(1_000).fill(1));
  const two = encodeFrame(FrameKind.stdout, new Uint8Array(1_000).fill(2));
  const channel = new FrameChannel(fakeStream([one, two]).stream);
  const first = await channel.read();
  await channel.read();
  assertEquals(new Set(first!.body), new Set([1]));
});

Deno.test("FrameChannel tells an end within a frame, and a reset, from a good end", async () => {
  const torn = new FrameChannel(fakeStream([FRAME.slice(0, 7)]).stream);
  assertEquals(await lossOf(torn), "daemon.connection_lost");
  const reset = new FrameChannel(fakeStream([new Error("reset")]).stream);
  assertEquals(await lossOf(reset), "daemon.connection_lost");
});

Deno.test("FrameChannel allows large frames from the next one on", async () => {
  const large = encodeFrame(FrameKind.stdout, new Uint8Array(65_500));
  const rest = encodeFrame(FrameKind.stdout, new Uint8Array(65_536));
  const pieces = () => [large.slice(), rest.slice(0, 65_000), rest.slice(65_000)];
  const strict = new FrameChannel(fakeStream(pieces()).stream);
  await strict.read();
  assertEquals(await lossOf(strict), "protocol.frame_too_large");
  const raised = new FrameChannel(fakeStream(pieces()).stream);
  await raised.read();
  raised.maxFrameBytes = 1_000_000;
  assertEquals((await raised.read())?.body.length, 65_536);
});

Deno.test("FrameChannel writes whole frames one after the other", async () => {
  const { stream, written } = fakeStream([]);
  const channel = new FrameChannel(stream);
  await Promise.all([channel.write(FRAME), channel.write(FRAME)]);
  assertEquals(written, [...FRAME, ...FRAME]);
});

Deno.test("FrameChannel closes its stream once", () => {
  const { stream, closes } = fakeStream([]);
  const channel = new FrameChannel(stream);
  channel.close();
  channel.close();
  assertEquals(closes(), 1);
});
