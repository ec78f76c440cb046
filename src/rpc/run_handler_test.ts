import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { FakeClock, settle } from "../../tests/support/fake_clock.ts";
import { silentLogger } from "../../tests/support/silent_logger.ts";
import { AppError } from "../base/app_error.ts";
import { runHandler } from "./run_handler.ts";
import type { CommandOutput } from "./server/command_handler.ts";

type Handle = Parameters<typeof runHandler>[0];

/** A command whose client takes what it is sent, or nothing before it is let. */
function open(handle: Handle, mayTake: Promise<void> = Promise.resolve()) {
  const clock = new FakeClock();
  const cancel = new AbortController();
  const sent: string[] = [];
  const send = (stream: string) => (bytes: Uint8Array) => {
    sent.push(`${stream} ${new TextDecoder().decode(bytes)}`);
    return mayTake;
  };
  const output: CommandOutput = { write: send("out"), writeError: send("err") };
  const end = runHandler(handle, { output, cancel: cancel.signal }, {
    ...{ clock, logger: silentLogger, graceMs: 1_000, chunkBytes: 4 },
  });
  end.catch(() => undefined);
  return { clock, cancel, sent, end };
}

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("runHandler() sends what is written in order and in pieces, also what nobody waited for", async () => {
  const { sent, end } = open((output) => {
    void output.write(bytes("abcdefghi"));
    void output.writeError(bytes("oops"));
    void output.write(bytes("j"));
    return Promise.resolve(3);
  });
  assertEquals(await end, { code: 3, signal: null });
  assertEquals(sent, ["out abcd", "out efgh", "out i", "err oops", "out j"]);
  assertEquals(await open(() => Promise.resolve()).end, { code: 0, signal: null });
});

Deno.test("runHandler() passes on what a handler throws, at once or later, and refuses what is no exit code", async () => {
  const now = open(() => {
    throw new Error("now");
  });
  await assertRejects(() => now.end, Error, "now");
  await assertRejects(() => open(() => Promise.reject(new Error("later"))).end, Error, "later");
  for (const code of [-1, 256, 0.5]) {
    await assertRejects(() => open(() => Promise.resolve(code)).end, Error, `${code}`);
  }
});

Deno.test("runHandler() gives a handler up that has not ended its grace after it was cancelled", async () => {
  let late: CommandOutput | undefined;
  const { clock, cancel, sent, end } = open((output) => {
    late = output;
    return new Promise<never>(() => {});
  });
  await late!.write(bytes("a"));
  cancel.abort(new Error("gone"));
  const refused = assertRejects(() => late!.write(bytes("b")), Error, "gone");
  await clock.advance(999);
  await refused;
  assertEquals(await Promise.race([end, settle()]), undefined);
  await clock.advance(1);
  await assertRejects(() => end, Error, "gone");
  assertEquals(sent, ["out a"]);
});

Deno.test("runHandler() ends a handler that writes on and on and waits for nothing", async () => {
  const { clock, sent, end } = open((output) => {
    for (let left = 3; left > 0; left--) void output.write(new Uint8Array(9 * 1024 * 1024));
    return new Promise<never>(() => {});
  }, new Promise<void>(() => {}));
  const error = await assertRejects(() => end, AppError);
  assertStringIncludes(error.message, "16777216 bytes");
  assertEquals(sent, []);
  await clock.advance(1_000);
});
