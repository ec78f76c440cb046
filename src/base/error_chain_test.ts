import { assertEquals } from "@std/assert";
import { chainOf } from "./error_chain.ts";

Deno.test("chainOf() tells what was thrown, and what it came of", () => {
  const missing = new Error("No such file");
  const unread = new Error('Cannot read "a.ts"', { cause: missing });
  assertEquals(
    chainOf(new Error("Cannot build", { cause: unread })),
    [
      "Cannot build",
      'Cannot read "a.ts"',
      "No such file",
    ].join(": "),
  );
  assertEquals(chainOf("no error at all"), "no error at all");
});

Deno.test("chainOf() comes to an end where causes go in a circle", () => {
  const error = new Error("again");
  error.cause = error;
  assertEquals(chainOf(error).split(": ").length, 8);
});
