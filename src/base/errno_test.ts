import { assertEquals } from "@std/assert";
import { constants } from "node:os";
import { nameOfErrno, numberOfErrno } from "./errno.ts";

const SYSTEM = Deno.build.os === "darwin" ? "darwin" : "linux";

Deno.test("numberOfErrno() and nameOfErrno() count as this system does", () => {
  const numbers: Readonly<Record<string, number>> = constants.errno;
  let known = 0;
  for (let errno = 1; errno < 140; errno++) {
    const name = nameOfErrno(errno, SYSTEM);
    if (name === `errno ${errno}`) continue;
    known++;
    assertEquals(numberOfErrno(name, SYSTEM), errno, name);
    if (name in numbers) assertEquals(numbers[name], errno, name);
  }
  assertEquals(known > 60, true, `only ${known} are known`);
});

Deno.test("nameOfErrno() goes by the numbers of each system", () => {
  const both = [["ENOSPC", 28, 28], ["EAGAIN", 11, 35], ["ELOOP", 40, 62], ["EDEADLK", 35, 11]];
  for (const [name, linux, darwin] of both) {
    assertEquals(nameOfErrno(linux as number, "linux"), name);
    assertEquals(nameOfErrno(darwin as number, "darwin"), name);
  }
  assertEquals([nameOfErrno(41, "linux"), nameOfErrno(0, "darwin")], ["errno 41", "errno 0"]);
  assertEquals(numberOfErrno("ESTRANGE", "linux"), 0);
});
