import { assertEquals } from "@std/assert";
import { FakeClock } from "../../../tests/support/fake_clock.ts";
import { openLibc } from "../../platform/libc.ts";
import { JobKeys } from "./job_keys.ts";

// Once for the process, and not within a test that counts what it leaves open.
openLibc();

const encoder = new TextEncoder();

/** A FIFO of which nothing is read before it is asked for. */
class TestFifo implements AsyncDisposable {
  readonly path: string;
  #file: Deno.FsFile | undefined;
  readonly #dir: string;

  constructor() {
    this.#dir = Deno.makeTempDirSync();
    this.path = `${this.#dir}/fifo`;
  }

  make(): void {
    new Deno.Command("mkfifo", { args: [this.path] }).outputSync();
  }

  /** As the holder of a terminal does it: reading and writing. */
  openReader(): void {
    this.#file = Deno.openSync(this.path, { read: true, write: true });
  }

  async read(bytes: number): Promise<string> {
    const buffer = new Uint8Array(bytes);
    let text = "";
    while (text.length < bytes) {
      const count = await this.#file!.read(buffer.subarray(0, bytes - text.length));
      text += new TextDecoder().decode(buffer.subarray(0, count!));
    }
    return text;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#file?.close();
    await Deno.remove(this.#dir, { recursive: true });
  }
}

Deno.test("what is typed before there is a FIFO, and before somebody reads it, comes in its order", async () => {
  await using fifo = new TestFifo();
  const clock = new FakeClock();
  using keys = new JobKeys({ clock, onOverflow: () => {} });
  keys.type(encoder.encode("a"));
  keys.moveTo(fifo.path);
  keys.type(encoder.encode("b"));
  await clock.advance(100);
  fifo.make();
  keys.type(encoder.encode("c"));
  await clock.advance(100);
  fifo.openReader();
  await clock.advance(100);
  keys.type(encoder.encode("d"));
  assertEquals(await fifo.read(4), "abcd");
});

Deno.test("F153 a job that does not read holds up nobody; beyond a limit keys are lost, and that is told", async () => {
  await using fifo = new TestFifo();
  fifo.make();
  fifo.openReader();
  const clock = new FakeClock();
  let lost = 0;
  using keys = new JobKeys({ clock, onOverflow: () => lost++ });
  keys.moveTo(fifo.path);
  const chunk = encoder.encode("x".repeat(64 * 1024));
  let typed = 0;
  while (lost === 0) {
    keys.type(chunk);
    if (lost === 0) typed += chunk.length;
  }
  // What is kept, and what the FIFO itself holds.
  assertEquals(typed > 1024 * 1024, true);
  for (let read = 0; read < typed; read += chunk.length) {
    assertEquals(await fifo.read(chunk.length), "x".repeat(chunk.length));
    await clock.advance(20);
  }
  keys.type(encoder.encode("end"));
  assertEquals(await fifo.read(3), "end");
});
