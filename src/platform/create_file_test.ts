import { assertEquals, assertThrows } from "@std/assert";
import { AppError } from "../base/app_error.ts";
import { createUserFile, writeMadeFile } from "./create_file.ts";

Deno.test("a file that cannot be written is told with the whole reason of the system", () => {
  const wrong = [
    [() => createUserFile("/no/such/imp.yaml", ""), "no such file or directory"],
    [() => writeMadeFile("/dev/null/imp/schema.json", ""), "not a directory"],
  ] as const;
  for (const [write, reason] of wrong) {
    const { code, message } = assertThrows(write, AppError);
    assertEquals([code, message.replace(/^Cannot write \S+: /, "")], [
      "project.unwritable",
      reason,
    ]);
  }
});
