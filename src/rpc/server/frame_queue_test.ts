import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { FrameQueue } from "./frame_queue.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

function drain(queue: FrameQueue): Uint8Array[] {
  const taken: Uint8Array[] = [];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) taken.push(next);
  return taken;
}

Deno.test("FrameQueue gives every byte back in order, however much is taken between", () => {
  const frames = fc.array(fc.oneof(
    fc.integer({ min: 1, max: 600 }),
    fc.integer({ min: 1_000, max: 6_000 }),
    fc.constant("take" as const),
  ));
  fc.assert(fc.property(frames, (steps) => {
    const queue = new FrameQueue();
    const given: number[] = [];
    const taken: Uint8Array[] = [];
    for (const step of steps) {
      if (step === "take") taken.push(queue.shift() ?? new Uint8Array());
      else {
        const frame = Uint8Array.from({ length: step }, (_, at) => (given.length + at) % 251);
        given.push(...frame);
        queue.push(frame);
      }
    }
    taken.push(...drain(queue));
    assertEquals(taken.flatMap((part) => [...part]), given);
    assertEquals([queue.isEmpty, queue.heldBytes], [true, 0]);
  }));
});

Deno.test("FrameQueue puts small frames together, and hands on large ones without a copy", () => {
  const queue = new FrameQueue();
  const large = new Uint8Array(5_000);
  for (const frame of [bytes("one"), bytes("two"), bytes("three"), large, bytes("four")]) {
    queue.push(frame);
  }
  const taken = drain(queue);
  assertEquals(taken.map(({ length }) => length), [3, 8, 5_000, 4]);
  assert(taken[2] === large);
});

Deno.test("FrameQueue counts what many small frames take, which is little more than their bytes", () => {
  const queue = new FrameQueue();
  for (let count = 0; count < 1_000; count++) queue.push(new Uint8Array(100));
  assert(queue.heldBytes > 100_000 && queue.heldBytes < 130_000, `${queue.heldBytes}`);
  queue.clear();
  assertEquals([queue.isEmpty, queue.heldBytes], [true, 0]);
});
