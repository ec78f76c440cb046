import { assertEquals, assertThrows } from "@std/assert";
import { AppError } from "../base/app_error.ts";
import { openExecutableSwap } from "./executable_swap.ts";

Deno.test("openExecutableSwap() replaces whole, with the rights of the old one, and leaves nothing", () => {
  using dir = openDir({ imp: "old" }, 0o755);
  using program = Deno.openSync(`${dir.path}/imp`);
  {
    using swap = openExecutableSwap(`${dir.path}/imp`);
    swap.write(new TextEncoder().encode("new"));
    assertEquals(dir.read("imp"), "old");
    swap.putInPlace();
  }
  assertEquals(dir.list(), ["imp"]);
  assertEquals(dir.read("imp"), "new");
  assertEquals(Deno.statSync(`${dir.path}/imp`).mode! & 0o777, 0o755);
  // Who runs the old one goes on with it.
  const bytes = new Uint8Array(3);
  program.readSync(bytes);
  assertEquals(new TextDecoder().decode(bytes), "old");
});

Deno.test("openExecutableSwap() puts the old one back, and is no harm when it was not replaced", () => {
  using dir = openDir({ imp: "old" }, 0o700);
  {
    using swap = openExecutableSwap(`${dir.path}/imp`);
    swap.undo();
    swap.write(new TextEncoder().encode("new"));
    swap.putInPlace();
    swap.undo();
    assertEquals(dir.read("imp"), "old");
  }
  assertEquals([dir.list(), dir.read("imp")], [["imp"], "old"]);
});

Deno.test("openExecutableSwap() removes what one that was killed has left, and nothing younger", () => {
  using dir = openDir({ imp: "old", ".imp.12.new": "", ".imp.rc": "", ".imp.x.old": "" }, 0o755);
  openExecutableSwap(`${dir.path}/imp`)[Symbol.dispose]();
  assertEquals(dir.list(), [".imp.12.new", ".imp.rc", ".imp.x.old", "imp"]);
});

Deno.test("openExecutableSwap() writes over what one of the same pid has left", () => {
  const left = { [`.imp.${Deno.pid}.new`]: "much longer than new", [`.imp.${Deno.pid}.old`]: "?" };
  using dir = openDir({ imp: "old", ...left }, 0o755);
  using swap = openExecutableSwap(`${dir.path}/imp`);
  swap.write(new TextEncoder().encode("new"));
  swap.putInPlace();
  assertEquals(dir.read("imp"), "new");
  swap.undo();
  assertEquals(dir.read("imp"), "old");
});

Deno.test("openExecutableSwap() says at once that nothing can be replaced there", () => {
  using dir = openDir({ file: "" }, 0o600);
  const error = assertThrows(() => openExecutableSwap(`${dir.path}/none/imp`), AppError);
  assertEquals(error.code, "permission.not_writable");
  assertEquals(error.message.startsWith(`Cannot replace ${dir.path}/none/imp: `), true);
});

function openDir(files: Readonly<Record<string, string>>, mode: number) {
  const path = Deno.makeTempDirSync();
  for (const [name, text] of Object.entries(files)) {
    Deno.writeTextFileSync(`${path}/${name}`, text);
    Deno.chmodSync(`${path}/${name}`, mode);
  }
  return {
    path,
    read: (name: string) => Deno.readTextFileSync(`${path}/${name}`),
    list: () => [...Deno.readDirSync(path)].map(({ name }) => name).toSorted(),
    [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }),
  };
}
