import { assert, assertEquals } from "@std/assert";
import { createRandom } from "../support/random.ts";
import { inOrderByChance, measureCopies } from "./fresh_copies.ts";

const SEED = 20261130;

Deno.test("measureCopies() compares fresh copies with the first call, each by itself", async () => {
  const directory = await Deno.makeTempDir();
  const [empty, imp] = [`${directory}/empty`, `${directory}/imp`];
  await Deno.writeTextFile(empty, "empty");
  await Deno.writeTextFile(imp, "imp");
  const seen: string[] = [];
  // The machine gets slower from call to call, and each copy is measured on it as it is then.
  let weather = 1;
  const found = await measureCopies({
    programs: [{ path: empty, calls: { floor: [] } }, {
      path: imp,
      calls: { ping: ["ping"], list: ["list"] },
    }],
    copies: 4,
    rounds: 50,
    directory,
    random: createRandom(SEED),
    measure([path, ...args]) {
      seen.push(`${Deno.readTextFileSync(path!)} ${args}`);
      weather *= 1.0001;
      return weather * (args[0] === "ping" ? 1.5 : args[0] === "list" ? 2 : 1);
    },
  });
  assertEquals([...found.keys()], ["floor", "ping", "list"]);
  const near = (name: string, ratio: number) =>
    assert(Math.abs(found.get(name)!.ratio - ratio) < 0.01, `${name}, seed ${SEED}`);
  assertEquals(found.get("floor"), { ratio: 1, error: 0 });
  near("ping", 1.5);
  near("list", 2);
  assert(found.get("ping")!.error < 0.01);
  assertEquals(seen.length, 4 * 51 * 3);
  assertEquals(new Set(seen), new Set(["empty ", "imp ping", "imp list"]));
  assertEquals([...Deno.readDirSync(directory)].map(({ name }) => name).sort(), ["empty", "imp"]);
  await Deno.remove(directory, { recursive: true });
});

Deno.test("inOrderByChance() gives every order its turn, and the same again with the same seed", () => {
  const orders = (seed: number) => {
    const random = createRandom(seed);
    return Array.from({ length: 60 }, () => inOrderByChance(["a", "b", "c"], random).join(""));
  };
  assertEquals(new Set(orders(SEED)).size, 6, `seed ${SEED}`);
  assertEquals(orders(SEED), orders(SEED));
});
