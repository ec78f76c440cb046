/** The rule of guarded entries finds what is planted, and leaves its lawful twin alone. */
import { assertEquals } from "@std/assert";
import { checkEntries, loadedBy } from "./entry_rules.ts";
import { parseSource } from "./source_file.ts";

function linesOf(text: string): number[] {
  const file = parseSource("src/daemon/a.ts", text);
  return checkEntries([file], { allowed: [] }).map(({ line }) => line);
}

Deno.test("checkEntries() finds timers and listeners without a guard", () => {
  const planted = `clock.schedule(5, () => look());
signal.addEventListener("abort", () => end(), { once: true });
signal?.addEventListener("abort", this.#end);
onSignal("SIGTERM", onTerm);
const look = () => { resolve(); look(); };
clock?.schedule(5, look);
queueMicrotask(() => act());
Deno.addSignalListener("SIGHUP", function () { act(); });
connection.onDrained(() => pump());`;
  assertEquals(linesOf(planted), [1, 2, 3, 4, 6, 7, 8, 9]);
  const lawful = `clock.schedule(5, guarded("a", () => look()));
const release = guarded("b", () => act());
signal.addEventListener("abort", release, { once: true });
clock.schedule(5, resolve);
clock.schedule(5, () => limit.resolve("late"));
signal.addEventListener("abort", () => reject(signal.reason));
bus.listen("c", (event) => act(event));`;
  assertEquals(linesOf(lawful), []);
});

Deno.test("checkEntries() finds promises that float", () => {
  const planted = `async function save() {}
class A { async #pump() {} send(): Promise<void> { return save(); } }
save();
void save();
this.#pump();
this?.#pump();
a.send();
a.send().then(() => act());
save().catch((error) => act(error));
save().finally(done);
const f = () => void save();`;
  assertEquals(linesOf(planted).toSorted((a, b) => a - b), [3, 4, 5, 6, 7, 8, 9, 10, 11]);
  const lawful = `async function save() {}
function act() {}
await save();
const saved = save();
background("a", () => save());
save().catch(() => undefined);
save().then(resolve, reject);
act();
const f = () => void act();`;
  assertEquals(linesOf(lawful), []);
});

Deno.test("loadedBy() follows what is loaded, not types", () => {
  const files = [
    parseSource("src/a.ts", `import "./b.ts"; import type { D } from "./d.ts";`),
    parseSource("src/b.ts", `export const c = () => import("./c.ts");`),
    parseSource("src/c.ts", `import "./a.ts";`),
    parseSource("src/d.ts", ``),
  ];
  assertEquals(loadedBy(files, "src/a.ts").map(({ path }) => path), [
    "src/a.ts",
    "src/b.ts",
    "src/c.ts",
  ]);
});
