import { assertEquals } from "@std/assert";
import { fileInTar } from "./file_in_tar.ts";

Deno.test("fileInTar() finds the file among others, whole or not at all", async () => {
  const dir = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${dir}/top/imp`, { recursive: true });
    const content = "x".repeat(1_000) + "end";
    for (const name of ["a", "imp.1", "imp/other", "program"]) {
      await Deno.writeTextFile(`${dir}/top/${name}`, name === "program" ? content : name);
    }
    const files = ["top/a", "top/imp", "top/imp.1", "top/program"];
    const { stdout } = await new Deno.Command("tar", { args: ["-cf", "-", ...files], cwd: dir })
      .output();
    const read = (tar: Uint8Array<ArrayBuffer>, path: string) => {
      const found = fileInTar(tar, path);
      return found && new TextDecoder().decode(found);
    };
    const tar = new Uint8Array(stdout);
    assertEquals(read(tar, "top/program"), content);
    assertEquals(read(tar, "top/imp/other"), "imp/other");
    // A directory is no file, and the beginning of a name is not the name.
    for (const path of ["top/imp", "top/prog", "program"]) assertEquals(read(tar, path), undefined);
    const end = new TextDecoder("latin1").decode(tar).indexOf("xend") + 4;
    assertEquals(read(tar.subarray(0, end), "top/program"), content);
    assertEquals(read(tar.subarray(0, end - 1), "top/program"), undefined);
    assertEquals(read(new TextEncoder().encode("<html>".repeat(200)), "top/program"), undefined);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
