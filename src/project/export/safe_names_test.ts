import { assertEquals } from "@std/assert";
import { safeNames } from "./safe_names.ts";

Deno.test("safeNames() gives each job a name of its own, and what can keep its name keeps it", () => {
  const jobs = ["a@b", "a-b", "a+b", "c"].map((name) => ({ name }));
  const names = safeNames(jobs, (name) => name.replace(/[^a-z-]/g, "-"));
  assertEquals([...names].sort(), [["a+b", "a-b-3"], ["a-b", "a-b"], ["a@b", "a-b-2"], ["c", "c"]]);
});
