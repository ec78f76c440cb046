import { assertEquals, assertThrows } from "@std/assert";
import { AppError } from "../base/app_error.ts";
import { replaceUserFile } from "./replace_user_file.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

async function withFile(check: (dir: string) => void): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    Deno.writeTextFileSync(`${dir}/real.yaml`, "before");
    Deno.symlinkSync("real.yaml", `${dir}/imp.yaml`);
    check(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("replaceUserFile() keeps mode and link", async () => {
  await withFile((dir) => {
    Deno.chmodSync(`${dir}/real.yaml`, 0o640);
    replaceUserFile(`${dir}/imp.yaml`, "after", bytes("before"));
    assertEquals(Deno.readTextFileSync(`${dir}/real.yaml`), "after");
    assertEquals(Deno.statSync(`${dir}/real.yaml`).mode! & 0o777, 0o640);
    assertEquals(Deno.readLinkSync(`${dir}/imp.yaml`), "real.yaml");
    assertEquals([...Deno.readDirSync(dir)].length, 2, "nothing is left beside it");
  });
});

Deno.test("replaceUserFile() writes over nothing that was changed meanwhile, or taken away", async () => {
  await withFile((dir) => {
    const replace = () => replaceUserFile(`${dir}/imp.yaml`, "after", bytes("older"));
    assertEquals(assertThrows(replace, AppError).code, "project.changed");
    assertEquals(Deno.readTextFileSync(`${dir}/real.yaml`), "before");
    Deno.removeSync(`${dir}/real.yaml`);
    assertEquals(assertThrows(replace, AppError).code, "project.changed");
  });
});
