import { assert, assertEquals } from "@std/assert";
import { shortDigest } from "./short_digest.ts";

Deno.test("shortDigest() is the same for the same text, and short", () => {
  for (const text of ["", "a", "ä\u0000🐙", "x".repeat(100_000)]) {
    assertEquals(shortDigest(text), shortDigest(`${text}`));
    assert(shortDigest(text).length <= 5);
  }
});

Deno.test("shortDigest() tells texts apart that are nearly the same", () => {
  const texts = Array.from({ length: 2_000 }, (_, index) => `PORT=${index}`);
  const digests = new Set(texts.map(shortDigest));
  assert(digests.size >= texts.length - 2, `${digests.size}`);
  assert(shortDigest("ab") !== shortDigest("ba"));
  assert(shortDigest("\u0100") !== shortDigest("\u0001"));
});
