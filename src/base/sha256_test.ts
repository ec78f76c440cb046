import { assertEquals } from "@std/assert";
import { sha256Hex } from "./sha256.ts";

Deno.test("sha256Hex() gives what FIPS 180-4 says", () => {
  assertEquals(
    sha256Hex(""),
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  );
  assertEquals(
    sha256Hex("abc"),
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
});

Deno.test("sha256Hex() agrees with Web Crypto at every length around the block size", async () => {
  for (let length = 0; length < 200; length++) {
    const text = "aé日🦀".repeat(60).slice(0, length);
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    assertEquals(sha256Hex(text), new Uint8Array(digest).toHex());
  }
});
