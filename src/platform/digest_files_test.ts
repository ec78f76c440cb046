import { assertEquals, assertNotEquals } from "@std/assert";
import { digestFiles } from "./digest_files.ts";

Deno.test("digestFiles() is the same until a file that matches is there, gone, or different", async () => {
  const dir = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${dir}/sub/deep`, { recursive: true });
    const digest = () => digestFiles(dir, ["sub/**/*.sql", "lock"]);
    const write = (name: string, text: string) => Deno.writeTextFile(`${dir}/${name}`, text);
    const seen = [await digest()];
    const expectNew = async () => {
      const next = await digest();
      assertEquals(seen.includes(next), false);
      seen.push(next);
    };
    await write("sub/deep/1.sql", "create");
    await expectNew();
    await write("lock", "v1");
    await expectNew();
    await write("lock", "v2");
    await expectNew();
    await write("other", "x");
    await write("sub/deep/1.sql", "create");
    assertEquals(await digest(), seen.at(-1));
    await Deno.rename(`${dir}/sub/deep/1.sql`, `${dir}/sub/2.sql`);
    await expectNew();
    await Deno.remove(`${dir}/sub/2.sql`);
    await Deno.remove(`${dir}/lock`);
    assertEquals(await digest(), seen[0]);
    assertNotEquals(await digestFiles(dir, ["lock"]), seen[0]);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("digestFiles() reads files alone: a FIFO and a socket are none, and a link leads to one", async () => {
  const dir = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${dir}/a`, "one");
    await Deno.symlink("a", `${dir}/link`);
    const before = await digestFiles(dir, ["*"]);
    const fifo = await new Deno.Command("mkfifo", { args: [`${dir}/fifo`] }).output();
    assertEquals(fifo.code, 0);
    using _socket = Deno.listen({ transport: "unix", path: `${dir}/socket` });
    await Deno.symlink("nowhere", `${dir}/dead`);
    assertEquals(await digestFiles(dir, ["*"]), before);
    assertNotEquals(await digestFiles(dir, ["a"]), before);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
