import { assertEquals } from "@std/assert";
import { formatBytes } from "./format_bytes.ts";

Deno.test("formatBytes() keeps two or three digits", () => {
  const cases: [number, string][] = [
    [0, "0B"],
    [812, "812B"],
    [1024, "1.0K"],
    [1434, "1.4K"],
    [23 * 1024 ** 2, "23M"],
    [1023.9 * 1024, "1.0M"],
    [5 * 1024 ** 4, "5.0T"],
  ];
  for (const [size, text] of cases) assertEquals(formatBytes(size), text);
});
