import { assertEquals } from "@std/assert";
import { basename, dirname, join } from "@std/path/posix";
import { childOf, nameOf, parentOf } from "./plain_path.ts";

Deno.test("childOf() gives what join() of @std/path gives for what is absolute", () => {
  const dirs = ["/", "/a", "/a/", "//a//b/", "/a/./b/../c", "/..", "/a b/ü"];
  for (const dir of dirs) {
    for (const name of ["n", "n/m", ".n", "..n", "../n", "./n"]) {
      assertEquals(childOf(dir, name), join(dir, name), `${dir} ${name}`);
    }
  }
});

Deno.test("parentOf() and nameOf() give what dirname() and basename() of @std/path give for what is plain", () => {
  for (const path of ["/", "/a", "/a/b", "/a/b.c/d", "/a b/ü", "a"]) {
    assertEquals(parentOf(path), dirname(path));
    if (path !== "/") assertEquals(nameOf(path), basename(path));
  }
});
