import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { settle } from "../../../tests/support/fake_clock.ts";
import { AppError } from "../../base/app_error.ts";
import { ClientBudget } from "./client_budget.ts";
import { ExecStdin, STDIN_WINDOW_BYTES } from "./exec_stdin.ts";

/** A stdin without a connection, and what it has said. */
function open() {
  const budget = new ClientBudget(() => ({ requests: 1, bytes: 2 ** 40 }));
  const share = budget.open(() => {});
  const said: unknown[] = [];
  const stdin = new ExecStdin({ share, push: (message) => said.push(message) });
  return { stdin, said, share };
}

/** Takes all that comes until the end, or until `most` bytes; what it has by then is in `taken`. */
function take(pieces: AsyncIterable<Uint8Array>, most = Infinity) {
  const taken: number[] = [];
  const ended = (async () => {
    for await (const bytes of pieces) {
      for (const byte of bytes) taken.push(byte);
      if (taken.length >= most) break;
    }
  })();
  return { taken, ended };
}

function codeOf(action: () => void): string {
  return assertThrows(action, AppError).code;
}

Deno.test("open() gives what the client sends, to its end, and says how much was taken", async () => {
  const { stdin, said, share } = open();
  const { taken, ended } = take(stdin.open());
  stdin.receive(Uint8Array.of(1, 2));
  stdin.receive(Uint8Array.of(3));
  assertEquals(share.bytes, 3);
  await settle();
  assertEquals([said, share.bytes], [[{ type: "stdin_taken", bytes: 3 }], 0]);
  stdin.receive(Uint8Array.of(4));
  stdin.receive(new Uint8Array());
  await ended;
  assertEquals(taken, [1, 2, 3, 4]);
  // Who has ended it waits for nothing.
  assertEquals(said.length, 1);
});

Deno.test("receive() refuses bytes that nobody has asked for, or of which too many are on their way", () => {
  const { stdin } = open();
  assertEquals(codeOf(() => stdin.receive(new Uint8Array(1))), "protocol.unexpected_frame");
  stdin.open();
  stdin.receive(new Uint8Array(STDIN_WINDOW_BYTES));
  assertEquals(codeOf(() => stdin.receive(new Uint8Array(1))), "protocol.stdin_overflow");
  stdin.receive(new Uint8Array());
  assertEquals(codeOf(() => stdin.receive(new Uint8Array())), "protocol.unexpected_frame");
});

Deno.test("who takes no more of a stdin tells the client, and what comes all the same is dropped", async () => {
  const { stdin, said, share } = open();
  const { taken, ended } = take(stdin.open(), 1);
  stdin.receive(Uint8Array.of(7));
  await ended;
  stdin.receive(new Uint8Array(2 * STDIN_WINDOW_BYTES));
  stdin.receive(new Uint8Array());
  assertEquals([taken, said, share.bytes], [[7], [{ type: "stdin_closed" }], 0]);
  assertEquals(codeOf(() => stdin.open()), "exec.stdin_taken");
});

Deno.test("close() ends a wait for bytes", async () => {
  const { stdin, said } = open();
  const { ended } = take(stdin.open());
  await settle();
  stdin.close();
  await ended;
  assertEquals(said, [{ type: "stdin_closed" }]);
});

Deno.test("every byte comes once and in order, whatever pieces it is sent and taken in", async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 70_000 }), { maxLength: 12 });
  const property = fc.asyncProperty(
    sizes,
    fc.infiniteStream(fc.boolean()),
    async (sizes, turns) => {
      const { stdin, said, share } = open();
      const { taken, ended } = take(stdin.open());
      let sent = 0;
      const takenSoFar = () =>
        (said as { bytes: number }[]).reduce((sum, { bytes }) => sum + bytes, 0);
      for (const size of sizes) {
        while (sent - takenSoFar() + size > STDIN_WINDOW_BYTES) await settle();
        stdin.receive(Uint8Array.from({ length: size }, (_, index) => (sent + index) % 251));
        sent += size;
        assert(share.bytes <= STDIN_WINDOW_BYTES);
        if (turns.next().value) await settle();
      }
      stdin.receive(new Uint8Array());
      await ended;
      assertEquals(taken.length, sent);
      assert(taken.every((byte, index) => byte === index % 251));
    },
  );
  await fc.assert(property, { numRuns: 25 });
});
