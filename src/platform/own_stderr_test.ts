import { assertEquals } from "@std/assert";

Deno.test("pointStderrAt() leads what the process says to the end of another file", async () => {
  const dir = await Deno.makeTempDir();
  const path = `${dir}/new.log`;
  await Deno.writeTextFile(path, "before\n");
  const module = new URL("./own_stderr.ts", import.meta.url).href;
  const script = `import { pointStderrAt } from ${JSON.stringify(module)};
    console.error("old"); pointStderrAt(${JSON.stringify(path)}); console.error("new");`;
  const { stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", script],
  }).output();
  assertEquals(new TextDecoder().decode(stderr), "old\n");
  assertEquals(await Deno.readTextFile(path), "before\nnew\n");
  await Deno.remove(dir, { recursive: true });
});
