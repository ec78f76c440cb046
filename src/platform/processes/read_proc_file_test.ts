import { assertEquals, assertThrows } from "@std/assert";
import { readProcFile } from "./read_proc_file.ts";

Deno.test("readProcFile() gives all of a file, short or long, and fails where there is none", () => {
  const path = Deno.makeTempFileSync();
  try {
    for (const length of [0, 1, 1_023, 1_024, 1_025, 5_000]) {
      const text = "é".repeat(length / 2) + "x".repeat(length % 2);
      Deno.writeTextFileSync(path, text);
      assertEquals(readProcFile(path), text);
    }
  } finally {
    Deno.removeSync(path);
  }
  assertThrows(() => readProcFile(path), Deno.errors.NotFound);
});
