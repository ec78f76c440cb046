import { assertEquals } from "@std/assert";
import { type FileContent, readRegularFile } from "./read_regular_file.ts";

async function withDir(work: (dir: string) => void | Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await work(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("readRegularFile() reads up to its limit and not a byte more", async () => {
  await withDir((dir) => {
    Deno.writeTextFileSync(`${dir}/full`, "x".repeat(1_024));
    Deno.writeTextFileSync(`${dir}/over`, "x".repeat(1_025));
    const full = readRegularFile(`${dir}/full`, 1_024);
    assertEquals(full.state === "read" && full.bytes.length, 1_024);
    const why = "it is larger than 1 KiB";
    assertEquals(readRegularFile(`${dir}/over`, 1_024), { state: "refused", why });
    assertEquals(readRegularFile("/dev/zero", 1_024), { state: "refused", why: "it is a device" });
  });
});

Deno.test("F3 readRegularFile() is not held by what is no file", async () => {
  await withDir(async (dir) => {
    await new Deno.Command("mkfifo", { args: [`${dir}/fifo`] }).output();
    Deno.symlinkSync(`${dir}/fifo`, `${dir}/link`);
    Deno.symlinkSync(`${dir}/nowhere`, `${dir}/dangling`);
    Deno.symlinkSync(`${dir}/loop`, `${dir}/loop`);
    const refused = (why: string): FileContent => ({ state: "refused", why });
    assertEquals(readRegularFile(`${dir}/fifo`, 10), refused("it is a FIFO"));
    assertEquals(readRegularFile(`${dir}/link`, 10), refused("it is a FIFO"));
    assertEquals(readRegularFile(dir, 10), refused("it is a directory"));
    assertEquals(readRegularFile(`${dir}/dangling`, 10), { state: "absent" });
    assertEquals(readRegularFile(`${dir}/fifo/below`, 10), { state: "absent" });
    assertEquals(readRegularFile(`${dir}/loop`, 10).state, "refused");
  });
});
