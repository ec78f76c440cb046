import { assertEquals, assertRejects } from "@std/assert";
import { settle } from "../../tests/support/fake_clock.ts";
import { type Frame, FrameDecoder } from "../protocol/frame.ts";
import { ExecInput } from "./exec_input.ts";

/** An input of these pieces, and what it has sent. */
function open(pieces: readonly number[], windowBytes: number) {
  const frames: Frame[] = [];
  const decoder = new FrameDecoder(1 << 20);
  let asked = 0;
  async function* source() {
    for (const size of pieces) {
      asked++;
      yield await Promise.resolve(new Uint8Array(size));
    }
  }
  const input = new ExecInput({
    source: source(),
    windowBytes,
    write: (frame) => Promise.resolve(void frames.push(...decoder.push(frame))),
  });
  return { input, sizes: () => frames.map(({ body }) => body.length), asked: () => asked };
}

Deno.test("ExecInput sends pieces of 64 KiB at most, and an empty frame as the end", async () => {
  const { input, sizes } = open([100_000, 1], 1 << 20);
  await input.run();
  assertEquals(sizes(), [65_536, 34_464, 1, 0]);
});

Deno.test("ExecInput reads no more than the command takes", async () => {
  const { input, sizes, asked } = open([60, 60, 60], 100);
  const done = input.run();
  await settle();
  assertEquals([sizes(), asked()], [[60], 2]);
  input.taken(60);
  await settle();
  assertEquals([sizes(), asked()], [[60, 60], 3]);
  input.taken(60);
  await done;
  assertEquals(sizes(), [60, 60, 60, 0]);
});

Deno.test("ExecInput ends when the command takes nothing more", async () => {
  const { input, sizes } = open([60, 60, 60], 100);
  const done = input.run();
  await settle();
  input.close();
  await done;
  assertEquals(sizes(), [60]);
});

Deno.test("ExecInput fails with its source", async () => {
  const source = (async function* () {
    yield await Promise.reject(new Error("is a directory"));
  })();
  const input = new ExecInput({ source, windowBytes: 1, write: () => Promise.resolve() });
  await assertRejects(() => input.run(), Error, "is a directory");
});
