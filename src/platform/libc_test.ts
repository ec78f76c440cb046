import { assert, assertEquals } from "@std/assert";
import {
  errnoName,
  errnoOf,
  failureOf,
  lastErrno,
  openDescriptor,
  OpenFlag,
  openLibc,
  toCString,
} from "./libc.ts";

// Stays open for good: opened here, so that it is not taken for a leak of the first test.
openLibc();

Deno.test("failureOf() tells why, also when the call was compiled, memory is moved and others wait for locks", () => {
  const path = toCString("/no/such/file");
  const symbols = openLibc();
  let garbage: unknown[] = [];
  for (let i = 0; i < 50_000; i++) {
    garbage.push(new Array(10).fill(i));
    if (garbage.length > 1_000) garbage = [];
    if (i % 2 === 0) {
      assertEquals(failureOf(() => symbols.access(path, 0)), errnoOf("ENOENT"));
    } else {
      assertEquals(failureOf(() => symbols.kill(999_999_999, 0)), errnoOf("ESRCH"));
    }
  }
  assertEquals(failureOf(() => symbols.access(toCString("/"), 0)), 0);
});

Deno.test("errnoName() names what the platform names", () => {
  assertEquals(errnoName(errnoOf("ENOENT")), "ENOENT");
  assertEquals(errnoName(errnoOf("EAGAIN")), "EAGAIN");
  assertEquals(errnoName(99_999), "errno 99999");
});

Deno.test("openDescriptor() opens close-on-exec, and with the mode it is given", () => {
  const dir = Deno.makeTempDirSync();
  const fd = openDescriptor(`${dir}/file`, OpenFlag.writeOnly | OpenFlag.create, 0o640);
  assert(fd > 2);
  const listed = new Deno.Command("/bin/sh", {
    args: ["-c", `[ -e /dev/fd/${fd} ] && echo inherited; :`],
  }).outputSync();
  assertEquals(new TextDecoder().decode(listed.stdout), "");
  openLibc().close(fd);
  assertEquals(Deno.statSync(`${dir}/file`).mode! & 0o700, 0o600);
  Deno.symlinkSync("file", `${dir}/link`);
  assertEquals(openDescriptor(`${dir}/link`, OpenFlag.writeOnly | OpenFlag.noFollow), -1);
  assertEquals(errnoName(lastErrno()), "ELOOP");
  Deno.removeSync(dir, { recursive: true });
});
