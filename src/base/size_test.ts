import { assertEquals, assertThrows } from "@std/assert";
import { AppError } from "./app_error.ts";
import { formatSize, parseSize } from "./size.ts";

Deno.test("parseSize() reads what formatSize() writes, and other ways to say it", () => {
  for (const bytes of [0, 1, 1_023, 65_536, 100_000, 512 * 2 ** 20, 3 * 2 ** 30]) {
    assertEquals(parseSize(formatSize(bytes)), bytes);
  }
  const sizes = { "1.5 GiB": 1.5 * 2 ** 30, "100kB": 100_000, "7": 7, " 2mib ": 2 * 2 ** 20 };
  for (const [text, bytes] of Object.entries(sizes)) assertEquals(parseSize(text), bytes, text);
});

Deno.test("parseSize() takes nothing else for a size", () => {
  for (const text of ["", "much", "-1", "1e9", "5 parsecs", "512M", "2000000GiB", "1.GiB"]) {
    const error = assertThrows(() => parseSize(text), AppError);
    assertEquals(error.code, "usage.bad_size", text);
  }
});
