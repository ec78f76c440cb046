import { assertEquals, assertLess, assertRejects } from "@std/assert";
import { collectGarbage } from "../../../tests/support/collect_garbage.ts";
import { FakeClock } from "../../../tests/support/fake_clock.ts";
import type { CommandContext } from "./command.ts";
import { passOn } from "./job_stdin.ts";

const CTX = { clock: new FakeClock() } as unknown as CommandContext;
const CHUNKS = 50;

Deno.test("passOn() holds nothing of what it has passed on", async () => {
  const passed: WeakRef<Uint8Array>[] = [];
  let held: number | undefined;
  async function* source() {
    for (let at = 0; at < CHUNKS; at++) yield Uint8Array.of(at);
    await collectGarbage();
    held = passed.filter((each) => each.deref() !== undefined).length;
  }
  const writer = {
    write: (bytes: Uint8Array) => {
      passed.push(new WeakRef(bytes));
      return Promise.resolve();
    },
  };
  await passOn(CTX, { source: source(), signal: new AbortController().signal, writer });
  assertEquals(passed.length, CHUNKS);
  // The last ones are still in the hands of whoever asks for more.
  assertLess(held!, CHUNKS / 2);
});

Deno.test("passOn() rejects with the signal's reason while nothing comes", async () => {
  const abort = new AbortController();
  async function* source(): AsyncGenerator<Uint8Array> {
    await new Promise(() => {});
    yield Uint8Array.of();
  }
  const writer = { write: () => Promise.resolve() };
  const passing = passOn(CTX, { source: source(), signal: abort.signal, writer });
  abort.abort(new Error("enough"));
  await assertRejects(() => passing, Error, "enough");
});
