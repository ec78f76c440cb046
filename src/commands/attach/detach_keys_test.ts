import { assertEquals } from "@std/assert";
import { DetachKeys } from "./detach_keys.ts";

/** What the job gets of chunks, and `DETACHED` where they end it. */
function typed(...chunks: readonly string[]): string {
  const keys = new DetachKeys();
  let all = "";
  for (const chunk of chunks) {
    const { keys: passed, detaches } = keys.take(chunk);
    all += passed;
    if (detaches) return `${all}DETACHED`;
  }
  return all;
}

Deno.test("Ctrl+\\ d detaches, twice it is sent once, before other keys it is sent", () => {
  assertEquals(typed("ab\x1cd"), "abDETACHED");
  assertEquals(typed("ab\x1c", "dcd"), "abDETACHED");
  assertEquals(typed("\x1c\x1c"), "\x1c");
  assertEquals(typed("\x1c", "\x1c", "d"), "\x1cd");
  assertEquals(typed("\x1c\x1c\x1cd"), "\x1cDETACHED");
  assertEquals(typed("\x1cx"), "\x1cx");
  assertEquals(typed("\x1cD"), "\x1cD");
  assertEquals(typed("\x1c", "\x1b[A"), "\x1c\x1b[A");
  assertEquals(typed("a\x1c"), "a");
});

Deno.test("every other key passes as it is, and at once", () => {
  const all = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code))
    .filter((each) => each !== "\x1c").join("");
  assertEquals(typed(all), all);
  for (const text of ["\x1b", "\x1b[", "\x1b[A", "\x1bOP", "\x1b[3~", "\x1b[<0;5;6M", "é漢"]) {
    assertEquals(new DetachKeys().take(text), { keys: text, detaches: false });
  }
  assertEquals(typed("\x1b[200~a d\x1b[201~"), "\x1b[200~a d\x1b[201~");
});

Deno.test("the keys are found where a program has asked for them by their numbers", () => {
  const prefix = "\x1b[92;5u";
  assertEquals(typed(prefix, "d"), "DETACHED");
  assertEquals(typed(prefix, "\x1b[100u"), "DETACHED");
  assertEquals(typed(prefix, prefix), prefix);
  assertEquals(typed("\x1b[27;5;92~", "d"), "DETACHED");
  // Pressing and letting go of Ctrl and of the key are told too; num lock is on.
  assertEquals(
    typed(
      "\x1b[57442;5u",
      "\x1b[92;133:1u",
      "\x1b[92;133:3u",
      "\x1b[57442;129:3u",
      "\x1b[100;129:1u",
    ),
    "\x1b[57442;5u\x1b[92;133:3u\x1b[57442;129:3uDETACHED",
  );
  assertEquals(typed("\x1b[92u", "d"), "\x1b[92ud");
  assertEquals(typed(prefix, "\x1b[100;5u"), `${prefix}\x1b[100;5u`);
  assertEquals(typed("\x1b[92;", "5ud"), "DETACHED");
  assertEquals(typed("\x1b[9", "A", "x"), "\x1b[9Ax");
  assertEquals(typed("\x1b[1;5", "x"), "\x1b[1;5x");
});
