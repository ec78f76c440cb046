import { assertEquals } from "@std/assert";

Deno.test("importForProduction() leaves the environment as it was, which jobs get too", async () => {
  const module = import.meta.resolve("./screen_terminal.ts");
  // A process of its own: the environment belongs to all tests that run at the same time.
  const program = `
    import { importForProduction } from ${JSON.stringify(module)};
    const told = [];
    const tell = () => told.push(["NODE_ENV", "DEV"].map((name) => Deno.env.get(name) ?? null));
    await importForProduction(() => Promise.resolve(tell()));
    tell();
    const failed = importForProduction(() => Promise.reject(new Error("no such file")));
    await failed.catch(({ message }) => told.push(message));
    tell();
    console.log(JSON.stringify(told));
    Deno.exit(0);`;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", program],
    env: { PATH: Deno.env.get("PATH")!, HOME: Deno.env.get("HOME")!, DEV: "true" },
    clearEnv: true,
  }).output();
  assertEquals(JSON.parse(new TextDecoder().decode(stdout)), [
    ["production", null],
    [null, "true"],
    "no such file",
    [null, "true"],
  ]);
});
