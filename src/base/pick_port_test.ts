import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { AppError } from "./app_error.ts";
import { pickPort } from "./pick_port.ts";

const isFree = () => true;

Deno.test("pickPort() is the same for a key, below what systems hand out, and free", () => {
  fc.assert(fc.property(fc.string(), fc.integer({ min: 0, max: 200 }), (key, count) => {
    const taken = new Set<number>();
    for (let index = 0; index <= count; index++) {
      const port = pickPort(key, (each) => !taken.has(each));
      assert(port >= 20_000 && port < 30_000 && !taken.has(port), String(port));
      assertEquals(pickPort(key, (each) => !taken.has(each)), port);
      taken.add(port);
    }
  }));
});

Deno.test("pickPort() rarely gives the same to two keys, such as those of two worktrees", () => {
  const ports = new Set<number>();
  for (let index = 0; index < 100; index++) ports.add(pickPort(`shop-${index}\0api\0http`, isFree));
  assert(ports.size >= 95, String(ports.size));
});

Deno.test("pickPort() never gives the number of a well-known program, and fails when none is free", () => {
  const seen = new Set<number>();
  const fail = () => pickPort("key", (port) => !!seen.add(port) && false);
  assertEquals(assertThrows(fail, AppError).code, "job.no_free_port");
  assert(seen.size > 9_900 && !seen.has(27_017), String(seen.size));
});
