import { assert, assertEquals } from "@std/assert";
import { ownerOf } from "./process_owner.ts";

Deno.test("ownerOf() names the user that a process acts as", () => {
  const uid = Deno.uid();
  const name = ownerOf(Deno.pid)!;
  if (uid === 0) assertEquals(name, "root");
  else assert(name !== "" && name !== "root", name);
});

Deno.test("ownerOf() knows nobody of a process that is not there", () => {
  assertEquals(ownerOf(999_999_999), undefined);
});
